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
 * Makes sure that an engine's index is the active one of the catalog. Any other may be empty or out of date, and would answer
 * as if it were complete. Adopts an empty index while no index has any repo of the catalog, and completes an interrupted
 * cutover to this index.
 *
 * @throws SearchUnavailable that says to rebuild the index
 */
export async function requireActiveIndex(
  db: Kysely<Database>,
  engine: SearchEngine,
  known?: ActiveIndex,
): Promise<ActiveIndex> {
  const identity = await engine.identity()
  if (known?.name === identity) return known
  // Read after the identity, because a cutover is marked before the index is swapped in.
  let active = await readActiveIndex(db)
  if (active.nextName === identity) {
    await completeRebuild(db, identity)
    active = await readActiveIndex(db)
  } else if (active.name !== identity && (await engine.count()) === 0 && (await adoptIndex(db, identity))) {
    active = await readActiveIndex(db)
  }
  if (active.name === identity) return active
  throw new SearchUnavailable(
    'inactive-index',
    active.name === POSTGRES_INDEX
      ? `The active search index is in Postgres, and the index ${identity} does not contain this catalog. ` +
          'Run `hubdex index rebuild` once to fill it, or unset MEILI_URL to stay with Postgres.'
      : `The index ${identity} is not the active one of this catalog, which is ${active.name}. Set MEILI_URL and ` +
          'HUBDEX_MEILI_INDEX to the active one, or run `hubdex index rebuild` once to fill this one.',
  )
}
