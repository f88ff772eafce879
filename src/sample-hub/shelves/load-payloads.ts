import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { type KindPlural, pluralOf, type RepoKind } from '../../hub/kinds.ts'
import { parseJson } from '../../hub/parse-json.ts'
import type { Shelves } from '../memory-store.ts'
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
  if (model === undefined && dataset === undefined && space === undefined) {
    throw new Error(
      `No data in ${directory}: expected models.jsonl, datasets.jsonl or spaces.jsonl there, each plain or with .gz`,
    )
  }
  return {
    model: model ?? new PayloadShelf('model'),
    dataset: dataset ?? new PayloadShelf('dataset'),
    space: space ?? new PayloadShelf('space'),
  }
}

async function loadShelf(kind: RepoKind, directory: string): Promise<PayloadShelf | undefined> {
  const path = await findFile(directory, pluralOf[kind])
  if (path === undefined) return undefined
  const shelf = new PayloadShelf(kind)
  let lineNumber = 0
  try {
    for await (const line of linesOf(path)) {
      lineNumber++
      if (line.trim() !== '') shelf.put(parseJson(line))
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`Cannot serve ${path} from line ${lineNumber} on: ${reason}`, { cause })
  }
  return shelf
}

async function findFile(directory: string, plural: KindPlural): Promise<string | undefined> {
  for (const name of [`${plural}.jsonl`, `${plural}.jsonl.gz`]) {
    const path = join(directory, name)
    const isThere = await access(path).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  return undefined
}

async function* linesOf(path: string): AsyncIterable<string> {
  const file = createReadStream(path)
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
  // A pipe does not forward errors of the file.
  file.once('error', (error) => input.destroy(error))
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  } finally {
    // Otherwise the file would stay open when the reader stops at a bad line.
    file.destroy()
  }
}
