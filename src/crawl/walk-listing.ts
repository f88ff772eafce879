import type { OpenPass } from '../catalog/passes.ts'
import type { HubClient } from '../hub/client.ts'
import { Refused } from '../hub/errors.ts'
import { LISTING_EXPAND } from '../hub/expand.ts'
import type { RepoKind } from '../hub/kinds.ts'
import { newestDates } from './followed-dates.ts'
import { readAhead } from './read-ahead.ts'
import { readPage } from './read-page.ts'
import { type PassContext, PassStopped } from './run-pass.ts'

export interface ListingOptions {
  hub: HubClient
  pageSize: number
  includePrivate: boolean
  /** Stop after so many repos of the kind in this run. */
  maxRepos?: number | undefined
}

/**
 * Walks a whole listing by ascending `createdAt`, the one order in which a repo that exists throughout cannot be
 * skipped, and writes it page by page. Goes on from the pass's cursor where it has one.
 *
 * @throws PassStopped when the run has had its share of repos
 */
export async function walkListing(
  kind: RepoKind,
  pass: OpenPass,
  options: ListingOptions,
  context: PassContext,
  signal: AbortSignal,
): Promise<void> {
  if (pass.pages === 0) {
    await context.store.setWatermarks(pass, await newestDates(options.hub, kind, signal))
  }
  try {
    await walkFrom(pass.cursor, kind, pass, options, context, signal)
  } catch (error) {
    // How long the Hub keeps a cursor good is documented nowhere; one that it refuses costs a fresh start, not the pass.
    const isStaleCursor = pass.cursor !== null && error instanceof Refused && error.url === pass.cursor
    if (!isStaleCursor) throw error
    await context.store.rewind(pass, 'The Hub no longer took the saved cursor, so the pass began again.')
    await walkFrom(null, kind, pass, options, context, signal)
  }
}

async function walkFrom(
  cursor: string | null,
  kind: RepoKind,
  pass: OpenPass,
  options: ListingOptions,
  context: PassContext,
  signal: AbortSignal,
): Promise<void> {
  const { hub, pageSize, includePrivate, maxRepos = Number.POSITIVE_INFINITY } = options
  let previousCursor = cursor
  let lastCreatedAt = cursor === null ? null : pass.lastCreatedAt
  let reposThisRun = 0
  const counts = { ...pass }
  const parameters = { sort: 'createdAt', direction: 1, limit: pageSize, expand: LISTING_EXPAND[kind] } as const
  const from = cursor === null ? undefined : { url: cursor }
  for await (const page of readAhead(hub.listPages(kind, parameters, { from, signal }))) {
    const { items, requests } = page
    const read = readPage({
      kind,
      items,
      previousCursor,
      cursor: page.next ?? null,
      requests,
      lastCreatedAt,
      includePrivate,
    })
    const written = await context.store.writePage(pass, read)
    previousCursor = read.cursor
    lastCreatedAt = read.lastCreatedAt
    reposThisRun += read.repos.length
    counts.pages++
    counts.repos += read.repos.length
    counts.inserted += written.inserted
    counts.updated += written.updated
    counts.unchanged += written.unchanged
    counts.rejected += written.rejected.length
    counts.requests += requests
    const rejected = written.rejected.map((row) => row.reason)
    const { scope, passId } = pass
    context.emit({ type: 'page', kind, scope, passId, counts: { ...counts }, rejected })
    if (read.cursor === null) return
    signal.throwIfAborted()
    if (reposThisRun >= maxRepos) {
      throw new PassStopped(
        `Stopped at the limit of ${maxRepos.toLocaleString('en-US')} repos a kind; the next run goes on from there.`,
      )
    }
  }
}
