import type { PageOfRepos } from '../catalog/page-write.ts'
import { type RejectedRow, type RepoRecord, readRepo } from '../catalog/repo-record.ts'
import type { RepoKind } from '../hub/kinds.ts'

export interface PageInput {
  kind: RepoKind
  items: readonly unknown[]
  previousCursor: string | null
  cursor: string | null
  requests: number
  /** In a walk by ascending createdAt, the newest one before this page, ISO 8601; left out for other orders. */
  lastCreatedAt?: string | null
  includePrivate: boolean
}

/**
 * Turns a page as the Hub sent it into one to write. Private repos stay out unless asked for, and a listing that does not
 * keep to the order it was asked in is noted: only an order by creation cannot skip a repo while the Hub changes.
 */
export function readPage(input: PageInput): PageOfRepos {
  const repos: RepoRecord[] = []
  const rejected: RejectedRow[] = []
  const isAscending = input.lastCreatedAt !== undefined
  let lastCreatedAt = input.lastCreatedAt ?? null
  let note: string | null = null
  for (const item of input.items) {
    const row = readRepo(input.kind, item)
    if ('reason' in row) {
      rejected.push(row)
      continue
    }
    if (isAscending && row.created_at !== null) {
      if (lastCreatedAt !== null && row.created_at < lastCreatedAt) note ??= outOfOrder(row, lastCreatedAt)
      else lastCreatedAt = row.created_at
    }
    if (!row.private || input.includePrivate) repos.push(row)
  }
  return {
    repos,
    rejected,
    previousCursor: input.previousCursor,
    cursor: input.cursor,
    isLast: input.cursor === null,
    requests: input.requests,
    lastCreatedAt,
    note,
  }
}

function outOfOrder(row: RepoRecord, lastCreatedAt: string): string {
  return (
    `The Hub does not list by ascending createdAt (${row.id.slice(0, 200)} of ${row.created_at} came after ` +
    `${lastCreatedAt}), so repos may have been skipped while it changed.`
  )
}
