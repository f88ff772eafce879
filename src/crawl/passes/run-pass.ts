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
  endpoint: string
  signal: AbortSignal
  /** Shared by all that this process works on. */
  turns: Turns
  emit(event: CrawlEvent): void
}

/** @param context to go on with; it tells when a page was written */
type Walk = (pass: OpenPass, signal: AbortSignal, context: PassContext) => Promise<void>

/** Thrown by a walk that ends before the list does, with the note to show. */
export class PassStopped extends Error {
  override readonly name = 'PassStopped'
  readonly code: PassNote['code']

  constructor({ code, text }: PassNote) {
    super(text)
    this.code = code
  }
}

/**
 * Runs one pass from open to end: opens or resumes it, and lays it down unfinished when the walk stops or fails. A pass that
 * another process has taken over stops at its next page. What was written stays. Never throws: how it ended is the outcome.
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
  // With several tokens, a process may be given a pass that it walks already. The lease is its own, so it would not stop it.
  using walking = turns.once(`${kind} ${scope}`)
  if (walking === undefined) return { passId: undefined, outcome: leftOutcome({ kind, scope }, 'This process') }
  const pass = await store.openPass({ kind, scope, endpoint })
  if ('leasedBy' in pass) return { passId: undefined, outcome: leftOutcome({ kind, scope }, nameOf(pass.leasedBy)) }
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
 * That a page is begun is kept before. Where processes have died at it, nothing else of this process is begun until it is
 * written.
 */
async function walkInTurn(pass: OpenPass, signal: AbortSignal, context: PassContext, walk: Walk): Promise<void> {
  const { store, turns, emit } = context
  const written = Promise.withResolvers<void>()
  const noticing: PassContext = {
    ...context,
    emit: (event) => {
      emit(event)
      if (event.type === 'page') written.resolve()
    },
  }
  let walked: Promise<void> | undefined
  await turns.take(pass.deaths > 0, async () => {
    await store.beginPass(pass)
    walked = walk(pass, signal, noticing)
    await Promise.race([written.promise, walked.catch(() => undefined)])
  })
  await walked
}

/** Ends that were asked for, or that waiting mends. All others are failures. */
const INTERRUPTIONS: readonly PassNote['code'][] = ['repo-limit', 'request-limit', 'quota-exhausted', 'throttled']

function endOf(error: unknown, signal: AbortSignal): { state: 'interrupted' | 'failed'; note: PassNote } {
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

function leftOutcome(listing: { kind: PassKind; scope: PassScope }, walker: string): PassOutcome {
  return {
    ...listing,
    state: 'leased',
    note: { code: 'leased', text: `${walker} is walking this list; it was left to it.` },
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
