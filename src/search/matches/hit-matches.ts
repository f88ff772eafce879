import type { Kysely } from 'kysely'
import { readmeTexts } from '../../catalog/outbox/readme-texts.ts'
import type { Database } from '../../catalog/schema.ts'
import type { SearchDocument } from '../search-document.ts'
import { MAX_README_LENGTH } from '../text/readme-text.ts'
import type { Match } from './match.ts'
import { matchesOf } from './matches-of.ts'

/** Where each hit of one page matches the words of a query. Reads the READMEs of these hits from the catalog. */
export async function hitMatches(db: Kysely<Database>, words: string, hits: readonly SearchDocument[]): Promise<Match[][]> {
  if (words.trim() === '') return hits.map(() => [])
  const hubIds = hits.filter(({ readmeDigest }) => readmeDigest !== null).map(({ hubId }) => hubId)
  const readmes = await readmeTexts(db, hubIds, MAX_README_LENGTH)
  return hits.map((hit) => matchesOf(hit, words, readmes.get(hit.hubId)))
}
