import { Budget } from '../../../src/hub/budget/budget.ts'
import type { Clock } from '../../../src/hub/clock.ts'
import { skewed, VirtualClock } from '../virtual-clock.ts'
import { type QuotaRules, SimulatedQuota, type WindowUse } from './simulated-quota.ts'

export interface Simulation extends QuotaRules {
  /** Number of processes that share the token. */
  clients: number
  /** Requests in flight per process. */
  workers: number
  /** Shortest and longest round trip. */
  latencyMs: readonly [number, number]
  skewMs: number
  windowsToRun: number
  seed: number
  /** Share of answers without headers. */
  withoutHeaders?: number
}

/** Runs clients with endless demand against one quota. Returns the server's count for each whole window. */
export async function simulate(simulation: Simulation): Promise<WindowUse[]> {
  const clock = new VirtualClock()
  const quota = new SimulatedQuota(simulation)
  const random = randomFrom(simulation.seed)
  const stop = new AbortController()
  const [leastMs, mostMs] = simulation.latencyMs
  const oneWayMs = (): number => (leastMs + random() * (mostMs - leastMs)) / 2

  const work = async (budget: Budget, clientClock: Clock): Promise<void> => {
    for (;;) {
      const permit = await budget.acquire(stop.signal)
      await clock.sleep(oneWayMs())
      const { status, headers } = quota.answer(clock.now())
      await clock.sleep(oneWayMs())
      permit.answered(random() < (simulation.withoutHeaders ?? 0) ? {} : headers)
      if (status === 429 && !budget.isSpent) budget.refused(clientClock.now() + 1000)
    }
  }
  const working = Array.from({ length: simulation.clients }, (_, index) => {
    const clientClock = skewed(clock, simulation.skewMs * (index + 1))
    const budget = new Budget('api', { clock: clientClock, maxInFlight: simulation.workers })
    return Array.from({ length: simulation.workers }, () => work(budget, clientClock))
  }).flat()
  const startMs = clock.now()
  await Promise.race([clock.runUntil(startMs + simulation.windowSecs * 1000 * (simulation.windowsToRun + 1)), ...working])
  stop.abort()
  return quota.windows.slice(0, -1)
}

/** Mulberry32: small, and good enough to scatter latencies. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
