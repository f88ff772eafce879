import type { Kysely } from 'kysely'
import {
  type ActiveIndex,
  adoptIndex,
  completeRebuild,
  POSTGRES_INDEX,
  readActiveIndex,
} from '../../catalog/outbox/active-index.ts'
import type { Database } from '../../catalog/schema.ts'
import type { SearchEngine } from '../search-engine.ts'
import { SearchUnavailable } from '../search-unavailable.ts'

/**
 * Makes sure that an engine's index is the one that follows the catalog. One that is not may be empty, or as old as the
 * day when another engine was chosen, and would answer as if that were all.
 *
 * A new index is followed from the start where the catalog is new, too. One that was built and has just taken its place is
 * taken over, whoever built it.
 *
 * @throws SearchUnavailable that says to build it
 */
export async function requireActiveIndex(
  db: Kysely<Database>,
  engine: SearchEngine,
  known?: ActiveIndex,
): Promise<ActiveIndex> {
  const identity = await engine.identity()
  if (known?.name === identity) return known
  // Read after the identity: an index takes its place after it was named.
  let active = await readActiveIndex(db)
  if (active.nextName === identity) {
    await completeRebuild(db, identity)
    active = await readActiveIndex(db)
  } else if (active.name !== identity && (await engine.count()) === 0 && (await adoptIndex(db, identity))) {
    active = await readActiveIndex(db)
  }
  if (active.name === identity) return active
  throw new SearchUnavailable(
    active.name === POSTGRES_INDEX
      ? `Search is kept in Postgres so far, and the index ${identity} does not have this catalog. ` +
          'Run `hubdex index rebuild` once to fill it; or unset MEILI_URL to go on with Postgres.'
      : `The index ${identity} is not the one that follows this catalog, which is ${active.name}. Set MEILI_URL and ` +
          'HUBDEX_MEILI_INDEX to that one, or run `hubdex index rebuild` once to fill this one.',
  )
}
