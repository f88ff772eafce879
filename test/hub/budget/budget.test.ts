import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Budget } from '../../../src/hub/budget/budget.ts'
import type { Headers } from '../../../src/hub/budget/rate-limit.ts'
import { QuotaExhausted } from '../../../src/hub/errors.ts'
import { VirtualClock } from '../virtual-clock.ts'
import { simulate } from './budget-simulation.ts'

const START_MS = 1_790_000_000_000

function limit(remaining: number, resetSecs: number, quota = 500, windowSecs = 300): Headers {
  return {
    ratelimit: `"api";r=${remaining};t=${resetSecs}`,
    'ratelimit-policy': `"fixed window";"api";q=${quota};w=${windowSecs}`,
  }
}

/** A budget after one answer. */
async function budgetAfter(headers: Headers, clock: VirtualClock, burstShare = 1): Promise<Budget> {
  const budget = new Budget('api', { clock, burstShare })
  const permit = await budget.acquire()
  permit.answered(headers)
  return budget
}

/** How many requests may be sent at once. */
async function granted(budget: Budget, asked: number): Promise<number> {
  let count = 0
  const stop = new AbortController()
  const all = Array.from({ length: asked }, () => budget.acquire(stop.signal).then(() => count++))
  await new Promise(setImmediate)
  stop.abort()
  await Promise.allSettled(all)
  return count
}

describe('simulated windows', () => {
  const rules = {
    quota: fc.integer({ min: 100, max: 800 }),
    windowSecs: fc.constantFrom(5, 10, 60, 300),
    rounding: fc.constantFrom('ceil', 'floor', 'round'),
    begins: fc.constantFrom('grid', 'first-request'),
    phaseMs: fc.integer({ min: 0, max: 4999 }),
    seed: fc.integer(),
    skewMs: fc.integer({ min: -3_600_000, max: 3_600_000 }),
    windowsToRun: fc.constant(3),
  } as const

  test('One client uses at least 95 % of each whole window and gets no 429', async () => {
    const simulation = fc.record({
      ...rules,
      clients: fc.constant(1),
      workers: fc.integer({ min: 4, max: 12 }),
      latencyMs: fc.constant([1, 20] as const),
    })
    await fc.assert(
      fc.asyncProperty(simulation, async (given) => {
        const [, ...whole] = await simulate(given)
        expect(whole.length).toBeGreaterThan(0)
        for (const window of whole) {
          expect(window.throttled).toBe(0)
          expect(window.used).toBeGreaterThanOrEqual(0.95 * given.quota)
        }
      }),
      { numRuns: 25 },
    )
  })

  test('Clients that share a token use at least 95 % of each whole window and get hardly any 429', async () => {
    const simulation = fc.record({
      ...rules,
      windowSecs: fc.constantFrom(60, 300),
      clients: fc.integer({ min: 2, max: 6 }),
      workers: fc.integer({ min: 2, max: 8 }),
      latencyMs: fc.constantFrom([1, 20] as const, [50, 400] as const),
    })
    let used = 0
    let throttled = 0
    await fc.assert(
      fc.asyncProperty(simulation, async (given) => {
        const [, ...whole] = await simulate(given)
        for (const window of whole) {
          expect(window.used).toBeGreaterThanOrEqual(0.95 * given.quota)
          used += window.used
          throttled += window.throttled
        }
      }),
      { numRuns: 20, seed: 2026 },
    )
    expect(throttled / used).toBeLessThan(1 / 10_000)
  })

  test('Answers that take most of a window cause no 429', async () => {
    const windows = await simulate({
      quota: 500,
      windowSecs: 60,
      rounding: 'ceil',
      begins: 'grid',
      phaseMs: 0,
      clients: 1,
      workers: 60,
      latencyMs: [500, 8000],
      skewMs: 0,
      windowsToRun: 4,
      seed: 1,
    })
    expect(windows.map((window) => window.throttled)).toEqual(windows.map(() => 0))
  })

  test('Answers without headers cause no 429', async () => {
    const windows = await simulate({
      quota: 300,
      windowSecs: 60,
      rounding: 'floor',
      begins: 'grid',
      phaseMs: 0,
      clients: 1,
      workers: 6,
      latencyMs: [10, 100],
      skewMs: 0,
      windowsToRun: 3,
      seed: 1,
      withoutHeaders: 0.3,
    })
    expect(windows.map((window) => window.throttled)).toEqual(windows.map(() => 0))
  })

  test('Requests are spread over the window after a first burst', async () => {
    const clock = new VirtualClock(START_MS)
    const budget = new Budget('api', { clock })
    const sentAtMs: number[] = []
    const work = async (): Promise<void> => {
      for (let remaining = 499; remaining > 0; remaining--) {
        const permit = await budget.acquire()
        sentAtMs.push(clock.now() - START_MS)
        await clock.sleep(10)
        permit.answered(limit(remaining, Math.ceil(300 - (clock.now() - START_MS) / 1000)))
      }
    }
    const done = work()
    await clock.runUntil(START_MS + 299_000)
    await done
    expect(sentAtMs.filter((ms) => ms < 10_000).length).toBeLessThan(75)
    expect(sentAtMs.filter((ms) => ms < 150_000).length).toBeLessThan(350)
  })
})

test('Before the first answer, only one request is sent', async () => {
  const budget = new Budget('api', { clock: new VirtualClock() })
  expect(await granted(budget, 5)).toBe(1)
})

test('Without headers, only the number of requests in flight is bounded', async () => {
  const budget = new Budget('api', { clock: new VirtualClock(), maxInFlight: 4 })
  const first = await budget.acquire()
  first.answered({})
  expect(budget.snapshot()).toBeUndefined()
  expect(await granted(budget, 10)).toBe(4)
})

test('Requests in flight count as spent', async () => {
  const budget = await budgetAfter(limit(3, 100), new VirtualClock(START_MS))
  expect(await granted(budget, 10)).toBe(3)
})

test('A late older answer does not raise the remaining requests', async () => {
  const clock = new VirtualClock(START_MS)
  const budget = await budgetAfter(limit(50, 100), clock)
  const early = await budget.acquire()
  const late = await budget.acquire()
  late.answered(limit(10, 100))
  early.answered(limit(49, 100))
  expect(budget.snapshot()?.remaining).toBe(10)
})

test('An answer of the previous window does not affect the current one', async () => {
  const clock = new VirtualClock(START_MS)
  const budget = await budgetAfter(limit(20, 2), clock)
  const slow = await budget.acquire()
  const quick = await budget.acquire()
  await clock.runUntil(START_MS + 4000)
  quick.answered(limit(499, 298))
  slow.answered(limit(0, 0))
  expect(budget.snapshot()?.remaining).toBe(499)
})

test('An exhausted window delays requests until its end plus a margin', async () => {
  const clock = new VirtualClock(START_MS)
  const budget = await budgetAfter(limit(0, 10), clock)
  expect(budget.isSpent).toBe(true)
  expect(budget.delayMs()).toBe(11_050)
  const permit = budget.acquire()
  await clock.runUntil(START_MS + 11_050)
  await permit
  expect(budget.snapshot()).toMatchObject({ bucket: 'api', remaining: 499, quota: 500, windowSecs: 300 })
})

test('An absurd reset time delays requests by at most one window', async () => {
  const budget = await budgetAfter(limit(0, 999_999_999_999), new VirtualClock(START_MS))
  expect(budget.delayMs()).toBeLessThan(302_000)
})

test('After a refusal, requests wait until its time even if the window has room', async () => {
  const clock = new VirtualClock(START_MS)
  const budget = await budgetAfter(limit(400, 100), clock)
  budget.refused(START_MS + 5000)
  expect(await granted(budget, 3)).toBe(0)
  await clock.runUntil(START_MS + 5000)
  expect(await granted(budget, 3)).toBe(3)
})

test('A request that was never answered counts as spent', async () => {
  const budget = await budgetAfter(limit(5, 100), new VirtualClock(START_MS))
  const permit = await budget.acquire()
  permit.lost()
  expect(budget.snapshot()?.remaining).toBe(4)
})

test('A request that stops waiting leaves the queue and spends nothing', async () => {
  const clock = new VirtualClock(START_MS)
  const budget = await budgetAfter(limit(0, 10), clock)
  const stop = new AbortController()
  const first = budget.acquire(stop.signal)
  const second = budget.acquire()
  stop.abort(new Error('enough'))
  await expect(first).rejects.toThrow('enough')
  await clock.runUntil(START_MS + 12_000)
  await second
  expect(budget.snapshot()?.remaining).toBe(499)
})

test('A permit cannot be settled twice', async () => {
  const budget = new Budget('api', { clock: new VirtualClock() })
  const permit = await budget.acquire()
  permit.lost()
  expect(() => permit.answered({})).toThrow()
})

describe('A caller with a wait limit', () => {
  const newWaitLimit = (signal = new AbortController().signal) => ({ longestMs: 2_000, signal })

  test('gives up with the time once only the reserve for other processes is left', async () => {
    const clock = new VirtualClock(START_MS)
    const budget = await budgetAfter(limit(80, 100, 100), clock)
    const permit = await budget.acquire()
    // Others have spent 75 since, so the four that are left are reserved for them.
    permit.answered(limit(4, 100, 100))
    expect(budget.isSpent).toBe(false)
    const refusal = await budget.acquire(undefined, 'stage', newWaitLimit()).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(QuotaExhausted)
    expect(refusal).toMatchObject({ untilMs: START_MS + 101_050 })
    expect(budget.snapshot()?.remaining).toBe(4)
  })

  test('gives up while it waits', async () => {
    const clock = new VirtualClock(START_MS)
    const budget = await budgetAfter(limit(80, 100, 100), clock)
    const sent = await Promise.all(Array.from({ length: 8 }, () => budget.acquire()))
    const waiting = budget.acquire(undefined, 'stage', newWaitLimit()).catch((error: unknown) => error)
    sent[0]?.answered(limit(5, 100, 100))
    expect(await waiting).toBeInstanceOf(QuotaExhausted)
  })

  test('waits for a window that starts soon, and for its turn', async () => {
    const clock = new VirtualClock(START_MS)
    const budget = await budgetAfter(limit(0, 0), clock)
    const permit = budget.acquire(undefined, 'stage', newWaitLimit())
    await clock.runUntil(START_MS + 1_050)
    await permit
  })

  test('waits longer once it has sent a request', async () => {
    const clock = new VirtualClock(START_MS)
    const budget = await budgetAfter(limit(80, 100, 100), clock)
    const waitLimit = newWaitLimit()
    const first = await budget.acquire(undefined, 'stage', waitLimit)
    first.answered(limit(0, 100, 100))
    const second = budget.acquire(undefined, 'stage', waitLimit)
    await clock.runUntil(START_MS + 102_000)
    await second
  })

  test('waits for its turn but not for a new window, once it has sent a request and its signal aborts', async () => {
    const clock = new VirtualClock(START_MS)
    const budget = await budgetAfter(limit(80, 100, 100), clock)
    const stop = new AbortController()
    const waitLimit = newWaitLimit(stop.signal)
    const first = await budget.acquire(undefined, 'stage', waitLimit)
    const sent = await Promise.all(Array.from({ length: 7 }, () => budget.acquire()))
    const second = budget.acquire(undefined, 'stage', waitLimit)
    stop.abort()
    first.answered(limit(79, 100, 100))
    const permit = await second
    const more = budget.acquire(undefined, 'stage', waitLimit).catch((error: unknown) => error)
    permit.answered(limit(0, 100, 100))
    expect(await more).toBeInstanceOf(QuotaExhausted)
    expect(sent).toHaveLength(7)
  })

  test('gives up when its signal aborts, unless its request can be sent at once', async () => {
    const clock = new VirtualClock(START_MS)
    const budget = await budgetAfter(limit(80, 100, 100), clock)
    const stop = new AbortController()
    const sent = await Promise.all(Array.from({ length: 8 }, () => budget.acquire()))
    const waiting = budget.acquire(undefined, 'stage', newWaitLimit(stop.signal)).catch((error: unknown) => error)
    stop.abort()
    expect(await waiting).toBeInstanceOf(QuotaExhausted)
    for (const [index, permit] of sent.entries()) permit.answered(limit(79 - index, 100, 100))
    expect(budget.snapshot()?.remaining).toBe(72)
    await budget.acquire(undefined, 'stage', newWaitLimit(stop.signal))
    expect(budget.snapshot()?.remaining).toBe(71)
  })
})
