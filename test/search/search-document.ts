import type { SearchDocument } from '../../src/search/search-document.ts'
import { parameterClassOf } from '../../src/search/text/parameter-class.ts'

/** A document with defaults for all fields that a test does not care about. */
export function searchDocument(fields: Partial<SearchDocument> & { id: string }): SearchDocument {
  const { id } = fields
  const parameters = fields.parameters ?? null
  return {
    hubId: Buffer.from(id).toString('hex'),
    kind: 'model',
    formerNames: [],
    author: id.includes('/') ? id.slice(0, id.indexOf('/')) : null,
    title: null,
    description: null,
    tags: [],
    task: [],
    library: [],
    license: [],
    language: [],
    modality: [],
    format: [],
    gated: null,
    sdk: null,
    theme: null,
    sizeCategory: [],
    parameterClass: parameterClassOf(parameters),
    createdAt: null,
    lastModified: null,
    readmeDigest: null,
    downloads: 0,
    likes: 0,
    trendingScore: 0,
    ...fields,
    parameters,
  }
}
