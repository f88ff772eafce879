import { setTimeout as sleep } from 'node:timers/promises'
import type { Stage } from '../../catalog/schema.ts'
import type { StageTask } from '../../catalog/stages/stage-data.ts'
import type { StageStore } from '../../catalog/stages/stage-store.ts'
import type { HubClient } from '../../hub/client.ts'
import { RequestLimitReached } from '../../hub/errors.ts'
import type { Turns } from '../turns.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { fetchAndKeep, type TaskEnd } from './fetch-and-keep.ts'
import type { StageContext } from './stage-context.ts'
import type { StageCounts, StageEvent, StageOutcome } from './stage-events.ts'

export interface StageRun {
  stages: readonly Stage[]
  hub: HubClient
  /** Requests that the stages may send, all together. @default no limit */
  maxRequests?: number | undefined
  /** Repos of one stage worked on at a time. */
  concurrency: number
  /**
   * Repos of one stage planned at a time. Planning looks at every repo, 5 microseconds each on a busy machine, and what it
   * found ages. @default 1,000
   */
  batchSize?: number | undefined
  includePrivate: boolean
  /** Shared by all that this process works on. */
  turns: Turns
  /** More may become due until it settles, so that a stage with nothing to do waits for it. @default nothing */
  until?: Promise<unknown> | undefined
  signal: AbortSignal
  emit(event: StageEvent): void
}

export type StageOutcomes = Partial<Record<Stage, StageOutcome>>

/** Between two looks at a stage of which nothing is due while passes may still find something. */
const LOOK_AGAIN_MS = 1_000
const BATCH_SIZE = 1_000

/**
 * Works through what is due of each stage, the stages side by side and each most wanted first, behind everything else that
 * waits for the budget. Ends when nothing is due, at the limit of requests, when the server fails at everything, or on the
 * signal. What was begun and not finished is left to the next run.
 *
 * @throws only what the store throws: a failure of one repo is kept as such, and never ends the run
 */
export async function runStages(run: StageRun, store: StageStore): Promise<StageOutcomes> {
  const ending = new StopCondition(run.signal)
  const context: StageContext = {
    hub: run.hub.withPriority('stage', { maxRequests: run.maxRequests }),
    includePrivate: run.includePrivate,
    signal: ending.signal,
    turns: run.turns,
    emit: run.emit,
  }
  try {
    const outcomes = await Promise.allSettled(
      run.stages.map(async (stage) => [stage, await runStage(stage, run, context, store, ending)] as const),
    )
    const broken = outcomes.find((outcome) => outcome.status === 'rejected')
    if (broken !== undefined) throw broken.reason
    return Object.fromEntries(outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])))
  } finally {
    await store.releaseTasks()
  }
}

/** Why a run ends before all is done; the first reason counts. */
class StopCondition {
  readonly #stop = new AbortController()
  readonly #asked: AbortSignal
  readonly signal: AbortSignal
  readonly circuit = new CircuitBreaker()
  #note: string | undefined

  constructor(asked: AbortSignal) {
    this.#asked = asked
    this.signal = AbortSignal.any([asked, this.#stop.signal])
  }

  get isHere(): boolean {
    return this.signal.aborted || this.#note !== undefined
  }

  /** For people; undefined as long as the run goes on. */
  get note(): string | undefined {
    return this.#note ?? (this.#asked.aborted ? 'Stopped; the next run goes on from here.' : undefined)
  }

  /** Nothing new is begun. What is under way may end: its requests are spent. */
  because(note: string): void {
    this.#note ??= note
  }

  /** Nothing under way is waited for. */
  atOnce(note: string): void {
    this.because(note)
    this.#stop.abort()
  }
}

async function runStage(
  stage: Stage,
  run: StageRun,
  context: StageContext,
  store: StageStore,
  ending: StopCondition,
): Promise<StageOutcome> {
  const counts: StageCounts = { done: 0, absent: 0, failed: 0 }
  run.emit({ type: 'stage-started', stage })
  let mayBeMore = run.until !== undefined
  const noMore = (): boolean => (mayBeMore = false)
  run.until?.then(noMore, noMore)
  try {
    while (!ending.isHere) {
      // What becomes due while this looks is found by the next look, unless this one was the last.
      const isLastLook = !mayBeMore
      const tasks = await store.claimTasks(stage, run.batchSize ?? BATCH_SIZE)
      if (tasks.length > 0) await workThrough(tasks, counts, run, context, store, ending)
      else if (isLastLook) break
      else await settledOrLater(run.until, ending.signal)
    }
  } catch (error) {
    ending.atOnce('The catalog could not be written.')
    throw error
  }
  const note = ending.note ?? null
  const outcome: StageOutcome = { ...counts, state: note === null ? 'complete' : 'interrupted', note }
  run.emit({ type: 'stage-ended', stage, outcome })
  return outcome
}

/** So many tasks at a time, in their order. Those that the end of the run leaves over are given back. */
async function workThrough(
  tasks: readonly StageTask[],
  counts: StageCounts,
  run: StageRun,
  context: StageContext,
  store: StageStore,
  ending: StopCondition,
): Promise<void> {
  const waiting = [...tasks]
  const left: StageTask[] = []
  const work = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const end = ending.isHere ? 'left' : await doTask(task, context, store, ending)
      if (end === 'left') left.push(task)
      else if (end !== 'lost') counts[end]++
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: run.concurrency }, work))
  const broken = workers.find((worker) => worker.status === 'rejected')
  if (broken !== undefined) throw broken.reason
  if (left.length > 0) await store.giveBack(left)
}

/** `lost` is a task that another process has taken over; `left` one that this run did not get to. */
async function doTask(
  task: StageTask,
  context: StageContext,
  store: StageStore,
  ending: StopCondition,
): Promise<keyof StageCounts | 'lost' | 'left'> {
  let end: TaskEnd
  try {
    end = await fetchAndKeep(task, context, store)
  } catch (error) {
    if (error instanceof RequestLimitReached) ending.because(error.message)
    if (error instanceof RequestLimitReached || ending.signal.aborted) return 'left'
    throw error
  }
  const why = ending.circuit.note(end)
  if (why !== undefined) ending.atOnce(why)
  return end.outcome
}

/** Waits for a promise, however it settles, for the signal, or for as long as it is worth before looking again. */
async function settledOrLater(promise: Promise<unknown> | undefined, signal: AbortSignal): Promise<void> {
  const waiting = new AbortController()
  const later = sleep(LOOK_AGAIN_MS, undefined, { signal: AbortSignal.any([signal, waiting.signal]) })
  await Promise.race([promise, later]).catch(() => undefined)
  waiting.abort()
  await later.catch(() => undefined)
}
