import { LRUCache } from 'lru-cache'
import type { RemovalStore } from '../../catalog/passes/removal-store.ts'
import type { Stage } from '../../catalog/schema.ts'
import type { StageStore } from '../../catalog/stages/stage-store.ts'
import type { HubClient } from '../../hub/client.ts'
import { RequestLimitReached } from '../../hub/errors.ts'
import type { RepoKind } from '../../hub/kinds.ts'
import { refreshRepo } from '../refresh/refresh.ts'
import { fetchAndKeep } from '../stages/fetch-and-keep.ts'
import type { StageFetched } from '../stages/stage-events.ts'
import type { Turns } from '../turns.ts'

export interface FillParts {
  readonly hub: HubClient
  readonly stages: StageStore
  readonly removals: RemovalStore
  readonly includePrivate: boolean
  readonly turns: Turns
  /** Aborts when the process ends. */
  readonly signal: AbortSignal
  emit(event: StageFetched): void
}

/** A caller is waiting, so that an exhausted budget leaves things as they are. */
const LONGEST_WAIT_MS = 2_000
/** How long an attempt counts, whatever came of it. What does not exist would otherwise cost a request for each caller. */
const ATTEMPT_MS = 600_000
const MOST_ATTEMPTS = 10_000

/** Fetches what a caller asks for and the catalog lacks: once for all callers, within the budget, and into the catalog. */
export class FillOnDemand {
  readonly #parts: FillParts
  readonly #attempts = new LRUCache<string, Promise<void>>({ max: MOST_ATTEMPTS, ttl: ATTEMPT_MS })

  constructor(parts: FillParts) {
    this.#parts = parts
  }

  /** Asks the Hub for a repo by its name. Never throws. */
  repo(kind: RepoKind, id: string): Promise<void> {
    return this.#once(`${kind} ${id.toLowerCase()}`, async (hub) => {
      const { removals: store, includePrivate, signal } = this.#parts
      await refreshRepo({ kind, id }, { hub, store, includePrivate, signal })
    })
  }

  /** Fetches a stage of a repo if it is due. Never throws. */
  stage(stage: Stage, hubId: string): Promise<void> {
    return this.#once(`${stage} ${hubId}`, async (hub) => {
      const { stages, ...context } = this.#parts
      await fetchAndKeep(stage, hubId, { ...context, hub }, stages)
    })
  }

  #once(key: string, fetch: (hub: HubClient) => Promise<void>): Promise<void> {
    const known = this.#attempts.get(key)
    if (known !== undefined) return known
    const waitLimit = { longestMs: LONGEST_WAIT_MS, signal: this.#parts.signal }
    const attempt = fetch(this.#parts.hub.withPriority('stage', { waitLimit })).catch((error: unknown) => {
      // With a new budget it may succeed. A failure of the Hub is stored by the stage, or found again by the next caller.
      if (error instanceof RequestLimitReached) this.#attempts.delete(key)
    })
    this.#attempts.set(key, attempt)
    return attempt
  }
}
