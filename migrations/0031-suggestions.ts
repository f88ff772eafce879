import { type Kysely, sql } from 'kysely'

/** Finds values by their beginning in any letter case, with any separator. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index term_beginning on search.term (field, (translate(lower(value), ' _', '--') collate "C"))
    where field in ('author', 'task', 'library', 'tag')`.execute(db)
}
