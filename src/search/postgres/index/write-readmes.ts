import { type Kysely, sql } from 'kysely'

/** The words of a README: see `termsOf`. */
export interface Readme {
  ordinal: number
  words: readonly string[]
}

/** Stores the words of the READMEs of some documents, and deletes those of documents without one. */
export async function writeReadmes<Tables>(db: Kysely<Tables>, readmes: readonly Readme[]): Promise<void> {
  const without = readmes.filter(({ words }) => words.length === 0)
  await deleteReadmes(
    db,
    without.map(({ ordinal }) => ordinal),
  )
  const stored = readmes.filter(({ words }) => words.length > 0)
  if (stored.length === 0) return
  // No word has a blank.
  await sql`
    insert into readme (ordinal, words)
    select ordinal, array_to_tsvector(string_to_array(words, ' '))
    from unnest(${stored.map(({ ordinal }) => ordinal)}::int[], ${stored.map(({ words }) => words.join(' '))}::text[])
      as given (ordinal, words)
    on conflict (ordinal) do update set words = excluded.words where readme.words <> excluded.words`.execute(db)
}

export async function deleteReadmes<Tables>(db: Kysely<Tables>, ordinals: readonly number[]): Promise<void> {
  if (ordinals.length === 0) return
  await sql`delete from readme where ordinal = any(${[...ordinals]}::int[])`.execute(db)
}
