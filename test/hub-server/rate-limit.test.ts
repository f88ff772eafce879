import { describe, expect, test } from 'vitest'
import { RateLimit } from '../../src/hub-server/http/rate-limit.ts'

const anonymous = { token: undefined, address: '10.0.0.1' }
const signedIn = { token: 'hf_a', address: '10.0.0.1' }

function limit(quota: number | undefined, windowSecs = 300) {
  const clock = { ms: 0 }
  return { clock, rateLimit: new RateLimit({ quota, windowSecs, now: () => clock.ms }) }
}

describe('the rate limit', () => {
  test('reports on every response what is left and when the window ends', () => {
    const { clock, rateLimit } = limit(500)
    clock.ms = 5_500
    expect(rateLimit.charge('api', anonymous).headers).toEqual({
      ratelimit: '"api";r=499;t=295',
      'ratelimit-policy': '"fixed window";"api";q=500;w=300',
    })
  })

  test('refuses requests over the quota until the next window', () => {
    const { clock, rateLimit } = limit(2, 5)
    const refusals = () => [1, 2, 3].map(() => rateLimit.charge('api', anonymous).refusal?.status)
    expect(refusals()).toEqual([undefined, undefined, 429])
    clock.ms = 4_999
    expect(rateLimit.charge('api', anonymous).headers['ratelimit']).toBe('"api";r=0;t=1')
    clock.ms = 5_000
    expect(refusals()).toEqual([undefined, undefined, 429])
    expect(rateLimit.windows).toEqual([
      { started: 0, used: 2, throttled: 2, usedOf: { api: 2, resolvers: 0 } },
      { started: 5_000, used: 2, throttled: 1, usedOf: { api: 2, resolvers: 0 } },
    ])
  })

  test('counts each token separately, and callers without one by address', () => {
    const { rateLimit } = limit(1)
    const callers = [anonymous, signedIn, { ...signedIn, token: 'hf_b' }, { ...anonymous, address: '10.0.0.2' }]
    for (const caller of callers) expect(rateLimit.charge('api', caller).refusal).toBeUndefined()
    for (const caller of callers) expect(rateLimit.charge('api', caller).refusal?.status).toBe(429)
  })

  test('counts the buckets separately, and grants more to the resolvers', () => {
    const { rateLimit } = limit(1)
    rateLimit.charge('api', anonymous)
    expect(rateLimit.charge('resolvers', anonymous).headers['ratelimit']).toBe('"resolvers";r=4;t=300')
  })

  test('has different errors for callers without a token and with one', () => {
    const { rateLimit } = limit(1)
    for (const caller of [anonymous, signedIn]) rateLimit.charge('api', caller)
    expect(rateLimit.charge('api', anonymous).refusal?.message).toMatch('We had to rate limit your IP (10.0.0.1).')
    expect(rateLimit.charge('api', signedIn).refusal?.message).toMatch('quota of 1 api requests per 5 minutes period')
  })

  test('has the quotas of the Hub by default', () => {
    const { rateLimit } = limit(undefined)
    expect(rateLimit.charge('api', anonymous).headers['ratelimit-policy']).toMatch('q=500;w=300')
    expect(rateLimit.charge('api', signedIn).headers['ratelimit-policy']).toMatch('q=1000;w=300')
  })

  test('sends no headers without a quota, and still counts', () => {
    const { rateLimit } = limit(0)
    expect(rateLimit.charge('api', anonymous)).toEqual({ headers: {}, refusal: undefined })
    expect(rateLimit.windows[0]?.used).toBe(1)
  })
})
