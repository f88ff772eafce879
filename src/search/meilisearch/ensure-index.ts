import type { Index } from 'meilisearch'
import { SearchUnavailable } from '../search-unavailable.ts'
import type { MeilisearchConnection } from './connection.ts'
import { PRIMARY_KEY } from './encoding/stored-document.ts'
import { RefusedRequest } from './http.ts'
import { performed } from './tasks.ts'

/**
 * Makes an index where there is none.
 *
 * @returns whether there was none
 * @throws SearchUnavailable when there is one that is somebody else's
 */
export async function ensureIndex(connection: MeilisearchConnection, index: Index): Promise<boolean> {
  if (await isThere(connection, index)) return false
  // Refused when another process was faster, which is as good.
  const outcome = await performed(connection, () =>
    connection.client.createIndex(index.uid, { primaryKey: PRIMARY_KEY }),
  )
  if (await isThere(connection, index)) return true
  const reason = outcome.state === 'done' ? 'It is gone again.' : outcome.reason
  throw new SearchUnavailable(`Meilisearch at ${connection.address} could not make the index ${index.uid}: ${reason}`)
}

/** Which index this is, by its name and the instant at which it was made. */
export async function identityOf(connection: MeilisearchConnection, index: Index): Promise<string> {
  const { createdAt } = await connection.ask(() => index.getRawInfo())
  return `${connection.index.uid} in Meilisearch, made ${createdAt}`
}

async function isThere(connection: MeilisearchConnection, index: Index): Promise<boolean> {
  try {
    const { primaryKey } = await connection.ask(() => index.getRawInfo())
    if (primaryKey === PRIMARY_KEY) return true
    throw new SearchUnavailable(
      `The index ${index.uid} in Meilisearch at ${connection.address} was not made by hubdex: its primary key is ` +
        `${primaryKey ?? 'not set'}, expected ${PRIMARY_KEY}. Name another index in HUBDEX_MEILI_INDEX, or delete that one.`,
    )
  } catch (error) {
    if (error instanceof RefusedRequest && error.code === 'index_not_found') return false
    throw error
  }
}
