import { type RepoRecord, readRepo } from '../catalog/repo-record.ts'
import type { RemovalCause } from '../catalog/schema.ts'
import type { HubClient } from '../hub/client.ts'
import { Gone, HubError, Refused, RequestsSpent } from '../hub/errors.ts'
import { LISTING_EXPAND } from '../hub/expand.ts'
import { isObject } from '../hub/is-object.ts'
import type { RepoKind } from '../hub/kinds.ts'

/** What the Hub says of one repo that is asked for by name. Only `gone` is a proof that it is gone. */
export type ProbeAnswer =
  | { answer: 'present'; repo: RepoRecord; disabled: boolean }
  | { answer: 'gone'; cause: RemovalCause }
  | { answer: 'unknown'; reason: string }

/**
 * Asks for a repo by name, with all that a listing gives of it. The name may lead to another repo: compare the hub id.
 *
 * @throws RequestsSpent, or the signal's reason when it aborts
 */
export async function probe(
  hub: HubClient,
  { kind, id }: { kind: RepoKind; id: string },
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  try {
    const { repo } = await hub.repoDetail(kind, id, { expand: LISTING_EXPAND[kind], signal })
    const record = readRepo(kind, asListed(repo))
    if ('reason' in record) return { answer: 'unknown', reason: record.reason }
    return { answer: 'present', repo: record, disabled: repo['disabled'] === true }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof RequestsSpent || !(error instanceof HubError)) throw error
    if (error instanceof Gone) return { answer: 'gone', cause: 'deleted' }
    if (error instanceof Refused && error.isDisabled) return { answer: 'gone', cause: 'disabled' }
    return { answer: 'unknown', reason: error.message }
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
export async function canBelieve(
  hub: HubClient,
  controls: readonly { kind: RepoKind; id: string }[],
  signal: AbortSignal,
): Promise<boolean> {
  for (const control of controls.slice(0, CONTROLS)) {
    const { answer } = await probe(hub, control, signal)
    if (answer === 'present') return true
  }
  return false
}
