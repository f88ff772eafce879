import type { EnqueuedTask } from 'meilisearch'
import { SearchUnavailable } from '../search-unavailable.ts'
import type { MeilisearchConnection } from './connection.ts'
import { RefusedRequest } from './http.ts'
import { performed, type TaskOutcome } from './tasks.ts'

/** A document that the server will not have, alone and whatever else it gets. */
export interface RefusedLine {
  key: string
  reason: string
}

/**
 * Bytes of documents in one request. Measured over 100,000 documents: below a few megabytes each request's fixed cost
 * shows, and Meilisearch puts small ones together anyway; above, nothing is gained and memory is spent.
 */
const MAX_PAYLOAD_BYTES = 10_000_000

/**
 * Writes documents in requests of bounded size. A request that fails for what is in it is split in halves until the documents
 * are found that it fails for; the others are in then.
 *
 * @param send hands in some documents, one JSON a line
 * @returns those left out
 * @throws SearchUnavailable when the server fails at one document after the other: then it is not the documents' fault
 */
export async function writeDocuments(
  connection: MeilisearchConnection,
  documents: readonly { key: string }[],
  send: (lines: string) => Promise<EnqueuedTask>,
): Promise<RefusedLine[]> {
  const refused: RefusedLine[] = []
  let written = 0
  let failed = 0
  for (const lines of payloadsOf(documents)) await writeLines(lines)
  if (failed > 0 && written === 0) throw brokenServer(connection, refused)
  return refused

  async function writeLines(lines: readonly Line[]): Promise<void> {
    const outcome = await attempt(connection, () => send(lines.map((line) => line.json).join('\n')))
    if (outcome.state === 'done') {
      written += lines.length
      return
    }
    const [first] = lines
    if (first !== undefined && lines.length === 1) {
      refused.push({ key: first.key, reason: outcome.reason })
      if (outcome.state === 'failed' && ++failed > 1 && written === 0) throw brokenServer(connection, refused)
      return
    }
    const middle = Math.ceil(lines.length / 2)
    await writeLines(lines.slice(0, middle))
    await writeLines(lines.slice(middle))
  }
}

function brokenServer({ address }: MeilisearchConnection, refused: readonly RefusedLine[]): SearchUnavailable {
  return new SearchUnavailable(`Meilisearch at ${address} fails at whatever it is given: ${refused.at(-1)?.reason}`)
}

interface Line {
  key: string
  json: string
}

function* payloadsOf(documents: readonly { key: string }[]): Generator<Line[]> {
  let lines: Line[] = []
  let bytes = 0
  for (const document of documents) {
    const line = { key: document.key, json: JSON.stringify(document) }
    const size = Buffer.byteLength(line.json) + 1
    if (lines.length > 0 && bytes + size > MAX_PAYLOAD_BYTES) {
      yield lines
      lines = []
      bytes = 0
    }
    lines.push(line)
    bytes += size
  }
  if (lines.length > 0) yield lines
}

/** A request that is too large, for the server or for what stands before it, is refused like its content. */
async function attempt(connection: MeilisearchConnection, handIn: () => Promise<EnqueuedTask>): Promise<TaskOutcome> {
  try {
    return await performed(connection, handIn)
  } catch (error) {
    if (isRefusal(error)) return { state: 'refused', reason: error.message }
    throw error
  }
}

function isRefusal(error: unknown): error is RefusedRequest {
  return error instanceof RefusedRequest && (error.status === 413 || error.code === 'malformed_payload')
}
