import type { Kysely } from 'kysely'
import {
  adoptTarget,
  completeRebuild,
  POSTGRES_TARGET,
  readSearchTarget,
  type SearchTarget,
} from '../../catalog/outbox/search-target.ts'
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
  known?: SearchTarget,
): Promise<SearchTarget> {
  const identity = await engine.identity()
  if (known?.target === identity) return known
  // Read after the identity: an index takes its place after it was named.
  let target = await readSearchTarget(db)
  if (target.nextTarget === identity) {
    await completeRebuild(db, identity)
    target = await readSearchTarget(db)
  } else if (target.target !== identity && (await engine.count()) === 0 && (await adoptTarget(db, identity))) {
    target = await readSearchTarget(db)
  }
  if (target.target === identity) return target
  throw new SearchUnavailable(
    target.target === POSTGRES_TARGET
      ? `Search is kept in Postgres so far, and the index ${identity} does not have this catalog. ` +
          'Run `hubdex index rebuild` once to fill it; or unset MEILI_URL to go on with Postgres.'
      : `The index ${identity} is not the one that follows this catalog, which is ${target.target}. Set MEILI_URL and ` +
          'HUBDEX_MEILI_INDEX to that one, or run `hubdex index rebuild` once to fill this one.',
  )
}
