import type { PassNote } from '../../catalog/passes/pass-note.ts'
import type { RepoRecord } from '../../catalog/repos/record.ts'

/** The position of a walk by creation date, and whether the list was sorted so far. */
export interface ListPlace {
  /** createdAt of the last repo that has a date, ISO 8601. */
  lastCreatedAt: string | null
  /** That repo. */
  lastId: string | null
  /** False once a repo came whose place in the order is unknown. */
  isOrdered: boolean
}

export const LIST_START: ListPlace = { lastCreatedAt: null, lastId: null, isOrdered: true }

export type Direction = 'ascending' | 'descending'

/** The position after a page. The note names a repo that is out of order. */
export function followOrder(
  rows: readonly RepoRecord[],
  place: ListPlace,
  direction: Direction,
): { place: ListPlace; note: PassNote | null } {
  let { lastCreatedAt, lastId, isOrdered } = place
  let note: PassNote | null = null
  for (const row of rows) {
    if (row.created_at === null) {
      // Repos without a date are all at one end of the list.
      if (direction === 'ascending' && lastCreatedAt !== null) isOrdered = false
    } else if (lastCreatedAt === null || !isAgainst(row.created_at, lastCreatedAt, direction)) {
      lastCreatedAt = row.created_at
      lastId = row.id
    } else {
      isOrdered = false
      note ??= outOfOrder(row, lastCreatedAt, direction)
    }
  }
  return { place: { lastCreatedAt, lastId, isOrdered }, note }
}

function isAgainst(createdAt: string, lastCreatedAt: string, direction: Direction): boolean {
  return direction === 'ascending' ? createdAt < lastCreatedAt : createdAt > lastCreatedAt
}

function outOfOrder(row: RepoRecord, lastCreatedAt: string, direction: Direction): PassNote {
  const text =
    `The Hub does not list by ${direction} createdAt (${row.id.slice(0, 200)} of ${row.created_at} came after ` +
    `${lastCreatedAt}), so repos may have been skipped if it changed during the pass.`
  return { code: 'out-of-order', text }
}
