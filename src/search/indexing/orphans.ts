import type { Kysely } from 'kysely'
import { searchRows } from '../../catalog/outbox/outbox.ts'
import type { Database } from '../../catalog/schema.ts'
import type { SearchEngine } from '../search-engine.ts'

/** Hub ids with a document but no live repo, in pages that may be empty. */
export async function* orphansOf(db: Kysely<Database>, engine: SearchEngine): AsyncGenerator<string[]> {
  for await (const hubIds of engine.hubIds()) {
    const live = new Set((await searchRows(db, hubIds)).map((row) => row.hubId))
    yield hubIds.filter((hubId) => !live.has(hubId))
  }
}
