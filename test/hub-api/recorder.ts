import { expect } from 'vitest'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { DRIVEN_HUB } from './driven-hub.ts'
import { endpointOf } from './endpoints.ts'

/** Which endpoints each function of a client uses. */
export type Calls = Map<string, Set<string>>

/** A sample Hub that notes which endpoints are requested while a function is driven. */
export async function recordingHub(): Promise<{
  hub: Awaited<ReturnType<typeof createSampleHub>>
  calls: Calls
  drive: Drive
}> {
  const calls: Calls = new Map()
  let seen: Set<string> | undefined
  const hub = await createSampleHub({
    ...DRIVEN_HUB,
    onRequest: (url, method) => seen?.add(endpointOf(method, url)),
  })
  const drive: Drive = async (name, use) => {
    seen = calls.get(name) ?? new Set()
    calls.set(name, seen)
    try {
      return await use()
    } finally {
      seen = undefined
    }
  }
  return { hub, calls, drive }
}

/** Runs something as the function of this name. One at a time. */
export type Drive = <Result>(name: string, use: () => Promise<Result>) => Promise<Result>

/** Holds the recording to the stored one, from which the coverage page is made. */
export async function expectCalls(client: string, calls: Calls): Promise<void> {
  const lines = [...calls]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, endpoints]) => {
      return endpoints.size === 0 ? [`${name}\t-`] : [...endpoints].toSorted().map((endpoint) => `${name}\t${endpoint}`)
    })
  expect(lines.filter((line) => line.includes('\t?'))).toEqual([])
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`./calls/${client}.txt`)
}
