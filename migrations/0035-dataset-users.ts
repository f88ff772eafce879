import { type Kysely, sql } from 'kysely'

/** An index for the lineage of datasets: the Spaces that use one. Models are found by their tags. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index if not exists repos_linked_datasets on catalog.repos using gin (catalog.lower_all(linked_datasets))
    where linked_datasets <> '{}'`.execute(db)
}
