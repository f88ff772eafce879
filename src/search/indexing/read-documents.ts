import type { Kysely } from 'kysely'
import { alongIndexes, type HubIds, isRange } from '../../catalog/outbox/hub-ids.ts'
import { searchRows } from '../../catalog/outbox/outbox.ts'
import { readmeTexts } from '../../catalog/outbox/readme-texts.ts'
import type { Database } from '../../catalog/schema.ts'
import type { IndexedDocument } from '../search-document.ts'
import { MAX_README_LENGTH } from '../text/readme-text.ts'
import { documentOf } from './to-document.ts'

/** The documents of the live repos among the given ones, as the catalog has them now. */
export async function readDocuments(db: Kysely<Database>, hubIds: HubIds): Promise<IndexedDocument[]> {
  if (isRange(hubIds)) return await alongIndexes(db, (transaction) => documentsAmong(transaction, hubIds))
  return hubIds.length === 0 ? [] : await documentsAmong(db, hubIds)
}

async function documentsAmong(db: Kysely<Database>, hubIds: HubIds): Promise<IndexedDocument[]> {
  const rows = await searchRows(db, hubIds)
  const readmes = await readmeTexts(db, hubIds, MAX_README_LENGTH)
  return rows.map((row) => documentOf(row, readmes.get(row.hubId)))
}
