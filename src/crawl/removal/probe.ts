import { readCollection } from '../../catalog/collections/collection-record.ts'
import { type RejectedRow, type RepoRecord, readRepo } from '../../catalog/repos/record.ts'
import type { RemovalCause } from '../../catalog/schema.ts'
import { type FailureReport, failureReport } from '../../catalog/stages/failure-cause.ts'
import type { HubClient } from '../../hub/client.ts'
import { HubError, Refused, RepoNotFound, RequestLimitReached } from '../../hub/errors.ts'
import { isObject } from '../../hub/is-object.ts'
import type { CatalogKind } from '../../hub/kinds.ts'
import { LISTING_EXPAND } from '../../hub/listing/expand.ts'

/**
 * The Hub's answer about a name. If the name leads to a repo, `repo` describes it, even a private or disabled one. `gone`
 * without `repo`: the name leads nowhere, or to a repo that this caller may not see.
 */
export type ProbeAnswer =
  | { answer: 'present'; repo: RepoRecord }
  | { answer: 'gone'; cause: RemovalCause; repo: RepoRecord | undefined }
  | { answer: 'unknown'; failure: FailureReport }

/**
 * Requests a repo by name, with every property that listings have. The name may lead to another repo: compare the hub id. A
 * private repo counts as gone unless `includePrivate` is set.
 *
 * @throws RequestLimitReached, or the signal's reason when it aborts
 */
export async function probe(
  hub: HubClient,
  { kind, id }: { kind: CatalogKind; id: string },
  { includePrivate, signal }: { includePrivate: boolean; signal: AbortSignal },
): Promise<ProbeAnswer> {
  try {
    const { record, isDisabled } = await request(hub, kind, id, signal)
    if ('reason' in record) {
      return { answer: 'unknown', failure: { cause: 'broken-answer', status: null, answer: record.reason } }
    }
    if (record.private && !includePrivate) return { answer: 'gone', cause: 'private', repo: record }
    if (isDisabled) return { answer: 'gone', cause: 'disabled', repo: record }
    return { answer: 'present', repo: record }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof RequestLimitReached || !(error instanceof HubError)) throw error
    if (error instanceof RepoNotFound) return { answer: 'gone', cause: 'deleted', repo: undefined }
    if (error instanceof Refused && error.isDisabled) return { answer: 'gone', cause: 'disabled', repo: undefined }
    return { answer: 'unknown', failure: failureReport(error) }
  }
}

async function request(
  hub: HubClient,
  kind: CatalogKind,
  id: string,
  signal: AbortSignal,
): Promise<{ record: RepoRecord | RejectedRow; isDisabled: boolean }> {
  if (kind === 'collection') {
    const { payload } = await hub.collections.get(id, { signal })
    return { record: readCollection(payload, 'details'), isDisabled: false }
  }
  const { repo } = await hub.repoDetail(kind, id, { expand: LISTING_EXPAND[kind], signal })
  return { record: readRepo(kind, asListed(repo)), isDisabled: repo['disabled'] === true }
}

/** Turns an object of details, keyed by provider, into the array of listings, so that the repo does not seem changed. */
function asListed(repo: Record<string, unknown>): Record<string, unknown> {
  const mapping = repo['inferenceProviderMapping']
  if (!isObject(mapping)) return repo
  const entries = Object.entries(mapping).map(([provider, entry]) => ({ provider, ...(isObject(entry) ? entry : {}) }))
  return { ...repo, inferenceProviderMapping: entries }
}

/** Some of the control repos may be gone themselves. One that exists is enough. */
const MAX_CONTROL_REPOS = 3

/**
 * Whether the Hub still finds a repo that is known to exist. A Hub that hides everything, because of a lost permission or a
 * fault, also reports that repo as gone, and then its reports about other repos do not count.
 */
export async function passesControlProbe(
  hub: HubClient,
  controlRepos: readonly { kind: CatalogKind; id: string }[],
  signal: AbortSignal,
): Promise<boolean> {
  for (const repo of controlRepos.slice(0, MAX_CONTROL_REPOS)) {
    const found = await probe(hub, repo, { includePrivate: true, signal })
    if ('repo' in found && found.repo !== undefined) return true
  }
  return false
}
