import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Budget } from '../../../src/hub/budget/budget.ts'
import { PRIORITIES, type Priority } from '../../../src/hub/budget/priority.ts'
import { RequestLimitReached } from '../../../src/hub/errors.ts'
import { failureOf, sendJson, startClient, startServer } from '../test-server.ts'
import { VirtualClock } from '../virtual-clock.ts'

const START_MS = 1_790_000_000_000

test('Requests are sent by priority, and in order of arrival within one priority', async () => {
  const priority = fc.constantFrom<Priority>('refresh', 'pass', 'stage')
  const caller = fc.record({ priority, givesUp: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(caller, { maxLength: 30 }), fc.integer({ min: 1, max: 8 }), async (callers, maxInFlight) => {
      const clock = new VirtualClock(START_MS)
      const budget = new Budget('api', { clock, maxInFlight })
      const first = await budget.acquire()
      const order: number[] = []
      const waiting = callers.map(async ({ priority, givesUp }, index) => {
        const stop = new AbortController()
        const turn = budget.acquire(stop.signal, priority).then((permit) => {
          order.push(index)
          permit.answered({})
        })
        if (givesUp) stop.abort()
        await turn.catch(() => undefined)
      })
      first.answered({})
      await clock.runUntil(START_MS + 1_000_000)
      await Promise.all(waiting)
      const staying = [...callers.keys()].filter((index) => callers[index]?.givesUp === false)
      const rank = (index: number): number => PRIORITIES[callers[index]?.priority ?? 'stage']
      expect(order).toEqual(staying.toSorted((a, b) => rank(a) - rank(b)))
    }),
    { numRuns: 100 },
  )
})

test('Requests of stages wait for those of passes through the same client', async () => {
  const server = await startServer((_, response) => sendJson(response, {}))
  const hub = startClient(server.url, { connections: 1 })
  const stages = hub.withPriority('stage')
  await hub.repoDetail('model', 'a/first')
  await Promise.all([
    stages.repoDetail('model', 'a/stage-1'),
    stages.repoDetail('model', 'a/stage-2'),
    hub.repoDetail('model', 'a/pass'),
    hub.withPriority('refresh').repoDetail('model', 'a/refresh'),
  ])
  // The first was sent before the others came.
  expect(server.requests.map(({ url }) => url?.split('/').at(-1))).toEqual(['first', 'stage-1', 'refresh', 'pass', 'stage-2'])
})

test('A request limit applies to one view of the client', async () => {
  const server = await startServer((_, response) => sendJson(response, {}))
  const hub = startClient(server.url)
  const stages = hub.withPriority('stage', { maxRequests: 2 })
  await stages.repoDetail('model', 'a/b')
  await stages.repoDetail('model', 'a/b')
  expect(await failureOf(stages.repoDetail('model', 'a/b'))).toBeInstanceOf(RequestLimitReached)
  await hub.repoDetail('model', 'a/b')
  expect(server.requests).toHaveLength(3)
  expect(stages.requestCounts).toEqual({ api: 3, resolvers: 0, throttled: 0 })
})
