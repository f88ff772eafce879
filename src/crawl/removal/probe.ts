import { type RepoRecord, readRepo } from '../../catalog/repos/record.ts'
import type { RemovalCause } from '../../catalog/schema.ts'
import { type FailureReport, failureReport } from '../../catalog/stages/failure-cause.ts'
import type { HubClient } from '../../hub/client.ts'
import { HubError, Refused, RepoNotFound, RequestLimitReached } from '../../hub/errors.ts'
import { isObject } from '../../hub/is-object.ts'
import type { RepoKind } from '../../hub/kinds.ts'
import { LISTING_EXPAND } from '../../hub/listing/expand.ts'

/**
 * What the Hub says of a name. Where it leads to a repo, that is told, of one that is private or disabled too; without one,
 * `gone` says that nobody may see what has the name, if anything has it, and not which repo that is.
 */
export type ProbeAnswer =
  | { answer: 'present'; repo: RepoRecord }
  | { answer: 'gone'; cause: RemovalCause; repo: RepoRecord | undefined }
  | { answer: 'unknown'; failure: FailureReport }

/**
 * Asks for a repo by name, with all that a listing gives of it. The name may lead to another repo: compare the hub id. A
 * private repo that is not wanted here counts as gone.
 *
 * @throws RequestLimitReached, or the signal's reason when it aborts
 */
export async function probe(
  hub: HubClient,
  { kind, id }: { kind: RepoKind; id: string },
  { includePrivate, signal }: { includePrivate: boolean; signal: AbortSignal },
): Promise<ProbeAnswer> {
  try {
    const { repo } = await hub.repoDetail(kind, id, { expand: LISTING_EXPAND[kind], signal })
    const record = readRepo(kind, asListed(repo))
    if ('reason' in record) {
      return { answer: 'unknown', failure: { cause: 'broken-answer', status: null, answer: record.reason } }
    }
    if (record.private && !includePrivate) return { answer: 'gone', cause: 'private', repo: record }
    if (repo['disabled'] === true) return { answer: 'gone', cause: 'disabled', repo: record }
    return { answer: 'present', repo: record }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof RequestLimitReached || !(error instanceof HubError)) throw error
    if (error instanceof RepoNotFound) return { answer: 'gone', cause: 'deleted', repo: undefined }
    if (error instanceof Refused && error.isDisabled) return { answer: 'gone', cause: 'disabled', repo: undefined }
    return { answer: 'unknown', failure: failureReport(error) }
  }
}

/** Details key by provider what lists give as an array; read alike, a repo does not seem to change from one to the other. */
function asListed(repo: Record<string, unknown>): Record<string, unknown> {
  const mapping = repo['inferenceProviderMapping']
  if (!isObject(mapping)) return repo
  const entries = Object.entries(mapping).map(([provider, entry]) => ({ provider, ...(isObject(entry) ? entry : {}) }))
  return { ...repo, inferenceProviderMapping: entries }
}

/** Most of the repos that are asked for as controls may be gone themselves; one that is there will do. */
const CONTROLS = 3

/**
 * Whether the Hub can be believed when it says that repos are gone: it must still find one that nothing speaks against. A
 * Hub that hides everything, for a lost right or a fault of its own, says the same of a repo that is there.
 */
export async function passesControlProbe(
  hub: HubClient,
  controls: readonly { kind: RepoKind; id: string }[],
  signal: AbortSignal,
): Promise<boolean> {
  for (const control of controls.slice(0, CONTROLS)) {
    const found = await probe(hub, control, { includePrivate: true, signal })
    if ('repo' in found && found.repo !== undefined) return true
  }
  return false
}
