import { type Kysely, sql } from 'kysely'
import type { CatalogKind } from '../../hub/kinds.ts'
import type { Database } from '../schema.ts'
import type { PassGap } from './pass.ts'
import { gapsOf } from './pass-gaps.ts'
import { type PassNote, passNote } from './pass-note.ts'

/** What the last complete full pass over a kind left open. */
export interface Unconfirmed {
  /** Live repos that it missed and whose removal is not confirmed. */
  unconfirmed: number
  /** Its note, such as why it removed none of them. */
  lastFullNote: PassNote | null
  /** Gaps in the list that it skipped. */
  lastFullGaps: PassGap[]
}

interface UnconfirmedRow extends Pick<Unconfirmed, 'unconfirmed'> {
  kind: CatalogKind
  passId: string
  note: string | null
  code: string | null
}

/** By kind, if a full pass is complete. Candidates are always live: a repo that is removed or seen again is no candidate. */
export async function unconfirmedByKind(db: Kysely<Database>, endpoint: string): Promise<Map<CatalogKind, Unconfirmed>> {
  const { rows } = await sql<UnconfirmedRow>`
    select distinct on (p.kind) p.kind, p.pass_id as "passId", p.note, p.note_code as code,
      (select count(*)::int from catalog.removal_candidates c join catalog.passes o on o.pass_id = c.pass_id
        where o.kind = p.kind and o.endpoint = p.endpoint) as unconfirmed
    from catalog.passes p
    where p.scope = 'full' and p.state = 'complete' and p.endpoint = ${endpoint} and p.kind <> 'tags'
    order by p.kind, p.pass_id desc`.execute(db)
  const found = new Map<CatalogKind, Unconfirmed>()
  for (const { kind, passId, code, note, unconfirmed } of rows) {
    found.set(kind, { unconfirmed, lastFullNote: passNote(code, note), lastFullGaps: await gapsOf(db, passId) })
  }
  return found
}
