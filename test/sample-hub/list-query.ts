import type { ListQuery } from '../../src/hub-server/hub-store.ts'

/** A listing without conditions, for a store. */
export function plainQuery(parts: Pick<ListQuery, 'sort' | 'descending' | 'limit' | 'after'>): ListQuery {
  const filter = {
    search: [],
    authors: [],
    tags: [],
    libraries: [],
    pipelineTags: [],
    gated: undefined,
    parameters: undefined,
    inference: undefined,
    inferenceProviders: [],
    anyTags: undefined,
    models: [],
    datasets: [],
    privateOwners: [],
  }
  return { kind: 'model', filter, fields: { names: new Set(), blobs: false }, ...parts }
}
