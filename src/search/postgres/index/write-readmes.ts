import { type Kysely, sql } from 'kysely'
import type { IndexedDocument } from '../../search-document.ts'
import { documentWordsOf, README_PLACE } from '../../text/document-words.ts'

/** Stores the words of the READMEs of some documents, and deletes those of documents without one. */
export async function writeReadmes<Tables>(
  db: Kysely<Tables>,
  rows: readonly { ordinal: number; document: IndexedDocument }[],
): Promise<void> {
  const readmes = rows.map(({ ordinal, document }) => ({ ordinal, words: documentWordsOf(document)[README_PLACE] }))
  const stored = readmes.filter(({ words }) => words.length > 0)
  await deleteReadmes(
    db,
    readmes.filter(({ words }) => words.length === 0).map(({ ordinal }) => ordinal),
  )
  if (stored.length === 0) return
  // No word has a blank.
  await sql`
    insert into search.readme as readme (ordinal, words)
    select ordinal, array_to_tsvector(string_to_array(words, ' '))
    from unnest(${stored.map(({ ordinal }) => ordinal)}::int[], ${stored.map(({ words }) => words.join(' '))}::text[])
      as given (ordinal, words)
    on conflict (ordinal) do update set words = excluded.words where readme.words <> excluded.words`.execute(db)
}

export async function deleteReadmes<Tables>(db: Kysely<Tables>, ordinals: readonly number[]): Promise<void> {
  if (ordinals.length === 0) return
  await sql`delete from search.readme where ordinal = any(${[...ordinals]}::int[])`.execute(db)
}
