import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema.ts'
import { among, type HubIds } from './hub-ids.ts'

/** The READMEs of the given repos, as far as they were fetched, each up to `maxLength` characters. */
export async function readmeTexts(db: Kysely<Database>, hubIds: HubIds, maxLength: number): Promise<Map<string, string>> {
  const { rows } = await sql<{ hub_id: string; text: string }>`
    select hub_id, left(text, ${maxLength}::int) as text from catalog.cards
    where ${among('hub_id', hubIds)}`.execute(db)
  return new Map(rows.map(({ hub_id, text }) => [hub_id, text]))
}
