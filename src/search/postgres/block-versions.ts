import { type Kysely, sql } from 'kysely'

/**
 * The version of each block, by its number. As long as it is the same, the documents of the block have the same
 * terms: it is written in the transaction that changes them, and never comes back.
 */
export async function blockVersions<Tables>(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ block: number; version: string }>`select block, version from search.block`.execute(db)
  const versions: string[] = []
  for (const { block, version } of rows) versions[block] = version
  return versions
}

/** Gives blocks another version. */
export async function renewBlocks<Tables>(db: Kysely<Tables>, blocks: Iterable<number>): Promise<void> {
  await sql`
    insert into search.block (block) select unnest(${[...blocks]}::int[])
    on conflict (block) do update set version = excluded.version`.execute(db)
}
