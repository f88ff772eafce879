import type { RepoKind } from '../../hub/kinds.ts'
import type { Shelves } from '../memory-store.ts'
import { findPayloadFile, readPayloadFile } from './payload-file.ts'
import { PayloadShelf } from './payload-shelf.ts'

/**
 * Reads `{models,datasets,spaces}.jsonl` or `.jsonl.gz` from a directory: one repo per line, in the format of the Hub's detail
 * response. The last line with an id counts. A kind without a file is empty. A directory without any file, or a line that is
 * not a repo, is an error that names it.
 */
export async function loadPayloads(directory: string): Promise<Shelves> {
  const shelves = {
    model: await loadShelf('model', directory),
    dataset: await loadShelf('dataset', directory),
    space: await loadShelf('space', directory),
  }
  const { model, dataset, space } = shelves
  const hasRepos = [model, dataset, space].some((shelf) => shelf !== undefined)
  if (!hasRepos && (await findPayloadFile(directory, 'collection')) === undefined) {
    throw new Error(
      `No data in ${directory}: expected models.jsonl, datasets.jsonl, spaces.jsonl or collections.jsonl there, ` +
        'each plain or with .gz',
    )
  }
  return {
    model: model ?? new PayloadShelf('model'),
    dataset: dataset ?? new PayloadShelf('dataset'),
    space: space ?? new PayloadShelf('space'),
  }
}

async function loadShelf(kind: RepoKind, directory: string): Promise<PayloadShelf | undefined> {
  const shelf = new PayloadShelf(kind)
  const isThere = await readPayloadFile(directory, kind, (payload) => {
    shelf.put(payload)
  })
  return isThere ? shelf : undefined
}
