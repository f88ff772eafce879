import type { EnqueuedTask } from 'meilisearch'
import { SearchUnavailable } from '../../search-unavailable.ts'
import type { MeilisearchConnection } from '../server/connection.ts'
import { RefusedRequest } from '../server/http.ts'
import { runTask, type TaskOutcome } from '../server/tasks.ts'

/** A document that the server refuses even alone. */
export interface RefusedEntry {
  key: string
  reason: string
}

/**
 * Bytes of documents per request. Measured with 100,000 documents: below a few megabytes the fixed cost per request is
 * noticeable, and Meilisearch merges small requests anyway. Larger ones gain nothing and cost memory.
 */
const MAX_PAYLOAD_BYTES = 10_000_000

/**
 * Writes documents in requests of bounded size. A request that fails for its content is halved until the bad documents are
 * isolated; all others are written.
 * @param send enqueues documents as NDJSON
 * @returns the refused documents
 * @throws SearchUnavailable when the server fails at every document: then the documents are not the cause
 */
export async function writeDocuments(
  connection: MeilisearchConnection,
  documents: readonly { key: string }[],
  send: (lines: string) => Promise<EnqueuedTask>,
): Promise<RefusedEntry[]> {
  const refused: RefusedEntry[] = []
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

function brokenServer({ address }: MeilisearchConnection, refused: readonly RefusedEntry[]): SearchUnavailable {
  return new SearchUnavailable('task-failed', `Meilisearch at ${address} fails for every document: ${refused.at(-1)?.reason}`)
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

/** A request that is too large for the server or its proxy counts as refused content. */
async function attempt(connection: MeilisearchConnection, enqueue: () => Promise<EnqueuedTask>): Promise<TaskOutcome> {
  try {
    return await runTask(connection, enqueue)
  } catch (error) {
    if (isRefusal(error)) return { state: 'refused', reason: error.message }
    throw error
  }
}

function isRefusal(error: unknown): error is RefusedRequest {
  return error instanceof RefusedRequest && (error.status === 413 || error.code === 'malformed_payload')
}
