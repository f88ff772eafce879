import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import type { CatalogKind } from '../../hub/kinds.ts'
import { pluralOf } from '../../hub/kinds.ts'
import { parseJson } from '../../hub/parse-json.ts'

/**
 * Reads `models.jsonl` or `models.jsonl.gz`, or those of another kind, from a directory: one JSON value per line.
 *
 * @returns false if there is no such file
 * @throws Error that names the file and the line at which `put` throws or that is no JSON
 */
export async function readPayloadFile(directory: string, kind: CatalogKind, put: (payload: unknown) => void): Promise<boolean> {
  const path = await findPayloadFile(directory, kind)
  if (path === undefined) return false
  let lineNumber = 0
  try {
    for await (const line of linesOf(path)) {
      lineNumber++
      if (line.trim() !== '') put(parseJson(line))
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`Cannot serve ${path} from line ${lineNumber} on: ${reason}`, { cause })
  }
  return true
}

export async function findPayloadFile(directory: string, kind: CatalogKind): Promise<string | undefined> {
  for (const name of [`${pluralOf[kind]}.jsonl`, `${pluralOf[kind]}.jsonl.gz`]) {
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
