import { type RejectedRow, type RepoRecord, readRepo } from '../../catalog/repos/record.ts'
import { truncate } from '../../catalog/repos/wire-fields.ts'
import type { PageOfRepos } from '../../catalog/repos/write-page.ts'
import type { RepoKind } from '../../hub/kinds.ts'
import { type Direction, followOrder, LIST_START, type ListPlace } from './list-order.ts'

export interface PageInput {
  kind: RepoKind
  items: readonly unknown[]
  /** Fields that were not requested for this page. */
  omitted?: readonly string[]
  previousCursor: string | null
  cursor: string | null
  requests: number
  /** The position before this page in a walk by creation date. Undefined for other orders. */
  place?: ListPlace
  /** @default 'ascending' */
  direction?: Direction
  includePrivate: boolean
}

/**
 * Turns a page from the Hub into one to write. Leaves out private repos unless `includePrivate` is set. The note says if the
 * list is not sorted as requested: only a sort by creation never skips a repo while the Hub changes.
 */
export function readPage(input: PageInput): PageOfRepos & ListPlace {
  const { place = LIST_START, direction = 'ascending' } = input
  const rows: RepoRecord[] = []
  const rejected: RejectedRow[] = []
  for (const item of input.items) {
    const row = readItem(input.kind, item, input.omitted)
    if ('reason' in row) rejected.push(row)
    else rows.push(row)
  }
  const followed = input.place === undefined ? { place, note: null } : followOrder(rows, place, direction)
  return {
    repos: rows.filter((row) => !row.private || input.includePrivate),
    rejected,
    previousCursor: input.previousCursor,
    cursor: input.cursor,
    isLast: input.cursor === null,
    requests: input.requests,
    note: followed.note,
    ...followed.place,
  }
}

/** An item that cannot be read does not affect the others. */
function readItem(kind: RepoKind, item: unknown, omitted: readonly string[] | undefined): RepoRecord | RejectedRow {
  try {
    return readRepo(kind, item, omitted)
  } catch (error) {
    return { reason: `could not be read: ${truncate(error instanceof Error ? error.message : String(error), 200)}` }
  }
}
