import type { Index } from 'meilisearch'
import { SearchUnavailable } from '../../search-unavailable.ts'
import { PRIMARY_KEY } from '../encoding/stored-document.ts'
import type { MeilisearchConnection } from '../server/connection.ts'
import { RefusedRequest } from '../server/http.ts'
import { runTask } from '../server/tasks.ts'

/** Creates an index if it is missing. @returns whether it was @throws SearchUnavailable if hubdex did not create it */
export async function ensureIndex(connection: MeilisearchConnection, index: Index): Promise<boolean> {
  if (await isThere(connection, index)) return false
  // Refused if another process was faster, which is fine.
  const outcome = await runTask(connection, () => connection.client.createIndex(index.uid, { primaryKey: PRIMARY_KEY }))
  if (await isThere(connection, index)) return true
  const reason = outcome.state === 'done' ? 'It was deleted again.' : outcome.reason
  throw new SearchUnavailable(
    'task-failed',
    `Meilisearch at ${connection.address} could not create the index ${index.uid}: ${reason}`,
  )
}

/** Identifies an index by its name and creation time. The catalog stores this text, so it must not change. */
export async function identityOf(connection: MeilisearchConnection, index: Index): Promise<string> {
  const { createdAt } = await connection.ask(() => index.getRawInfo())
  return `${connection.index.uid} in Meilisearch, made ${createdAt}`
}

async function isThere(connection: MeilisearchConnection, index: Index): Promise<boolean> {
  try {
    const { primaryKey } = await connection.ask(() => index.getRawInfo())
    if (primaryKey === PRIMARY_KEY) return true
    throw new SearchUnavailable(
      'foreign-index',
      `The index ${index.uid} in Meilisearch at ${connection.address} was not created by hubdex: its primary key is ` +
        `${primaryKey ?? 'not set'}, expected ${PRIMARY_KEY}. Set HUBDEX_MEILI_INDEX to another index, or delete this one.`,
    )
  } catch (error) {
    if (error instanceof RefusedRequest && error.code === 'index_not_found') return false
    throw error
  }
}
