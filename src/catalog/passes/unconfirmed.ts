import { type Kysely, sql } from 'kysely'
import type { RepoKind } from '../../hub/kinds.ts'
import type { Database } from '../schema.ts'
import type { PassGap } from './pass.ts'
import { gapsOf } from './pass-gaps.ts'

/** What the last complete full pass over a kind has left open. */
export interface Unconfirmed {
  /** Live repos that it has missed and of which nobody has proved that they are gone. */
  unconfirmed: number
  /** What it said of itself, such as why none of them was taken for gone. */
  lastFullNote: string | null
  /** Stretches of the list that it has stepped over, since they never answered well. */
  lastFullGaps: PassGap[]
}

/**
 * By kind, for those that a full pass has gone through.
 *
 * A candidate is live: what becomes a tombstone, or is seen again, leaves their table. So the repos need no look.
 */
export async function unconfirmedByKind(db: Kysely<Database>, endpoint: string): Promise<Map<RepoKind, Unconfirmed>> {
  const { rows } = await sql<Omit<Unconfirmed, 'lastFullGaps'> & { kind: RepoKind; passId: string }>`
    select distinct on (p.kind) p.kind, p.pass_id as "passId", nullif(p.note, '') as "lastFullNote",
      (select count(*)::int from catalog.removal_candidates c join catalog.passes o on o.pass_id = c.pass_id
        where o.kind = p.kind and o.endpoint = p.endpoint) as unconfirmed
    from catalog.passes p
    where p.scope = 'full' and p.state = 'complete' and p.endpoint = ${endpoint} and p.kind <> 'tags'
    order by p.kind, p.pass_id desc`.execute(db)
  const found = new Map<RepoKind, Unconfirmed>()
  for (const { kind, passId, ...left } of rows) found.set(kind, { ...left, lastFullGaps: await gapsOf(db, passId) })
  return found
}
