import type { CollectionStore } from '../../catalog/collections/collection-store.ts'
import type { OpenPass, PassResting } from '../../catalog/passes/pass.ts'
import type { PassNote } from '../../catalog/passes/pass-note.ts'
import type { PassStore } from '../../catalog/passes/pass-store.ts'
import type { RemovalStore } from '../../catalog/passes/removal-store.ts'
import { describeError } from '../../catalog/postgres/errors.ts'
import { LeaseLost } from '../../catalog/processes/lease-owner.ts'
import type { PassKind, PassScope } from '../../catalog/schema.ts'
import { failureReport } from '../../catalog/stages/failure-cause.ts'
import { BadPage, HubError, QuotaExhausted, RequestLimitReached } from '../../hub/errors.ts'
import type { CrawlEvent, PassOutcome } from '../events.ts'
import type { Turns } from '../turns.ts'

export interface PassContext {
  store: PassStore
  removals: RemovalStore
  collections: CollectionStore
  endpoint: string
  signal: AbortSignal
  /** Shared by all work of this process. */
  turns: Turns
  emit(event: CrawlEvent): void
}

type Walk = (pass: OpenPass, signal: AbortSignal, context: PassContext) => Promise<void>

/** Thrown by a walk that ends before the end of the list, with the note to show. */
export class PassStopped extends Error {
  override readonly name = 'PassStopped'
  readonly code: PassNote['code']

  constructor({ code, text }: PassNote) {
    super(text)
    this.code = code
  }
}

/**
 * Starts or resumes a pass, walks it, and releases it unfinished if the walk stops or fails. If another process takes the pass
 * over, the walk stops at its next page. Errors of the walk become the outcome.
 */
export async function runPass(
  { kind, scope }: { kind: PassKind; scope: PassScope },
  context: PassContext,
  expectedRepos: number | undefined,
  walk: Walk,
): Promise<PassOutcome> {
  const ended = await tryPass({ kind, scope }, context, expectedRepos, walk)
  context.emit({ type: 'pass-ended', ...ended })
  return ended.outcome
}

async function tryPass(
  { kind, scope }: { kind: PassKind; scope: PassScope },
  context: PassContext,
  expectedRepos: number | undefined,
  walk: Walk,
): Promise<{ passId: string | undefined; outcome: PassOutcome }> {
  const { store, endpoint, turns } = context
  // With several tokens, a process may get a pass that it already walks. Its own lease would not prevent that.
  using walking = turns.once(`${kind} ${scope}`)
  if (walking === undefined) return { passId: undefined, outcome: leasedOutcome({ kind, scope }, 'This process') }
  const pass = await store.openPass({ kind, scope, endpoint })
  if ('leasedBy' in pass) return { passId: undefined, outcome: leasedOutcome({ kind, scope }, nameOf(pass.leasedBy)) }
  if ('restsUntil' in pass) return { passId: pass.passId, outcome: await restingOutcome(pass, store) }

  const { passId, resumed } = pass
  context.emit({ type: 'pass-started', kind, scope, passId, resumed, counts: pass, expectedRepos })
  try {
    await walkInTurn(pass, context.signal, context, walk)
  } catch (error) {
    const end = endOf(error, context.signal)
    await store.suspendPass(pass, end.state, end.note)
    return { passId, outcome: { ...(await store.readPass(passId)), ...end } }
  }
  return { passId, outcome: { ...(await store.readPass(passId)), state: 'complete' } }
}

/**
 * Stores that the page is begun before it begins. If processes have died at this page, this process begins nothing else until
 * the page is written.
 */
async function walkInTurn(pass: OpenPass, signal: AbortSignal, context: PassContext, walk: Walk): Promise<void> {
  const { store, turns, emit } = context
  const written = Promise.withResolvers<void>()
  const passContext: PassContext = {
    ...context,
    emit: (event) => {
      emit(event)
      if (event.type === 'page') written.resolve()
    },
  }
  let walked: Promise<void> | undefined
  await turns.take(pass.deaths > 0, async () => {
    await store.beginPass(pass)
    walked = walk(pass, signal, passContext)
    await Promise.race([written.promise, walked.catch(() => undefined)])
  })
  await walked
}

/** Requested ends, and ends that pass with time. All others are failures. */
const INTERRUPTIONS: readonly PassNote['code'][] = ['repo-limit', 'request-limit', 'quota-exhausted', 'throttled']

/** The state of a walk that has thrown. */
export function endOf(error: unknown, signal: AbortSignal): { state: 'interrupted' | 'failed'; note: PassNote } {
  if (signal.aborted) {
    return { state: 'interrupted', note: { code: 'stopped', text: 'Stopped; the next run resumes from here.' } }
  }
  const code = codeOf(error)
  const state = INTERRUPTIONS.includes(code) ? 'interrupted' : 'failed'
  return { state, note: { code, text: describeError(error) } }
}

function codeOf(error: unknown): PassNote['code'] {
  if (error instanceof PassStopped) return error.code
  if (error instanceof QuotaExhausted) return 'quota-exhausted'
  if (error instanceof RequestLimitReached) return 'request-limit'
  if (error instanceof BadPage) return 'bad-page'
  if (error instanceof LeaseLost) return 'lease-lost'
  return error instanceof HubError ? failureReport(error).cause : 'local-error'
}

async function restingOutcome({ passId }: PassResting, store: PassStore): Promise<PassOutcome> {
  const found = await store.readPass(passId)
  return { ...found, state: 'failed', note: found.error }
}

function nameOf(leaseOwner: string): string {
  const [host, pid] = leaseOwner.split('/')
  return `Another crawl (process ${pid} on ${host})`
}

function leasedOutcome(listing: { kind: PassKind; scope: PassScope }, walker: string): PassOutcome {
  return {
    ...listing,
    state: 'leased',
    note: { code: 'leased', text: `${walker} is walking this list.` },
    pages: 0,
    repos: 0,
    inserted: 0,
    updated: 0,
    unchanged: 0,
    rejected: 0,
    removed: 0,
    requests: 0,
    unconfirmed: 0,
    gaps: [],
  }
}
