import { type Kysely, sql } from 'kysely'
import type { RepoKind } from '../../hub/kinds.ts'
import type { Database } from '../schema.ts'
import { IS_RESOLVED } from './list-conditions.ts'

/** What a name leads to. */
export interface NamedRepo {
  readonly hubId: string
  /** The current name. */
  readonly id: string
}

/** A disabled repo is in no list, but has details that say so. */
const IS_SHOWN = sql`(r.removed_at is null or r.removed_cause = 'disabled') and ${IS_RESOLVED}`

/** Finds a repo by its current name in any letter case, else by a former name. */
export async function findName(db: Kysely<Database>, kind: RepoKind, id: string): Promise<NamedRepo | undefined> {
  if (id.includes('\0')) return undefined
  const { rows } = await sql<NamedRepo>`
    select r.hub_id as "hubId", r.id from catalog.repos r
    where r.kind = ${kind} and lower(r.id) = lower(${id}) and ${IS_SHOWN}
    order by r.id = ${id} desc, r.removed_at nulls first, r.changed_at desc limit 1`.execute(db)
  return rows[0] ?? (await findFormerName(db, kind, id))
}

async function findFormerName(db: Kysely<Database>, kind: RepoKind, id: string): Promise<NamedRepo | undefined> {
  const { rows } = await sql<NamedRepo>`
    select r.hub_id as "hubId", r.id from catalog.repo_aliases a join catalog.repos r on r.hub_id = a.hub_id
    where a.kind = ${kind} and lower(a.alias) = lower(${id}) and ${IS_SHOWN}
    order by a.known_since desc limit 1`.execute(db)
  return rows[0]
}
