import type { SearchDocument } from '../../search-document.ts'
import { keyOf, SHOWN, type StoredDocument, shownDocumentOf } from '../encoding/stored-document.ts'
import type { MeilisearchConnection } from '../server/connection.ts'

const KEYS_A_REQUEST = 500
const KEYS_A_PAGE = 5_000

/** The documents that exist among the given hub ids. */
export async function readDocuments(connection: MeilisearchConnection, hubIds: readonly string[]): Promise<SearchDocument[]> {
  const documents: SearchDocument[] = []
  for (let start = 0; start < hubIds.length; start += KEYS_A_REQUEST) {
    const ids = hubIds.slice(start, start + KEYS_A_REQUEST).map(keyOf)
    const { results } = await connection.ask(() =>
      connection.index.getDocuments<StoredDocument>({ ids, fields: [...SHOWN], limit: ids.length }),
    )
    documents.push(...results.map(shownDocumentOf))
  }
  return documents
}

/** The hub ids of all documents. A document that hubdex did not write is listed by its key, which no repo has. */
export async function* readHubIds(connection: MeilisearchConnection): AsyncGenerator<string[]> {
  for (let offset = 0; ; offset += KEYS_A_PAGE) {
    const { results } = await connection.ask(() =>
      connection.index.getDocuments<StoredDocument>({ fields: ['key', 'hubId'], offset, limit: KEYS_A_PAGE }),
    )
    yield results.map(({ key, hubId }) => (typeof hubId === 'string' && keyOf(hubId) === key ? hubId : key))
    if (results.length < KEYS_A_PAGE) return
  }
}
