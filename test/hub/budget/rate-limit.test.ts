import { expect, test } from 'vitest'
import { readRateLimit, readRetryAfterMs } from '../../../src/hub/budget/rate-limit.ts'

test('The headers of the Hub are parsed', () => {
  const headers = { ratelimit: '"api";r=499;t=295', 'ratelimit-policy': '"fixed window";"api";q=500;w=300' }
  expect(readRateLimit(headers)).toEqual({ remaining: 499, resetSecs: 295, quota: 500, windowSecs: 300 })
})

test('Headers may contain spaces, and the policy may be missing', () => {
  expect(readRateLimit({ ratelimit: '"api"; r = 0; t = 7' })).toEqual({
    remaining: 0,
    resetSecs: 7,
    quota: undefined,
    windowSecs: undefined,
  })
})

test.each(['', 'api', '"api";r=;t=', '"api";r=-1;t=5', '"api";r=5'])('A limit of %j is ignored', (ratelimit) => {
  expect(readRateLimit({ ratelimit })).toBeUndefined()
})

test('Retry-After is parsed in seconds', () => {
  expect(readRetryAfterMs({ 'retry-after': '120' }, 0)).toBe(120_000)
})

test("A Retry-After date is relative to the server's clock", () => {
  const headers = { 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }
  expect(readRetryAfterMs(headers, 0)).toBe(30_000)
})

test('A Retry-After date without a Date is relative to our clock, and never in the past', () => {
  const headers = { 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT' }
  expect(readRetryAfterMs(headers, Date.UTC(2026, 9, 21, 7, 28, 20))).toBe(10_000)
  expect(readRetryAfterMs(headers, Date.UTC(2030, 0, 1))).toBe(0)
})

test.each(['', 'soon', '9'.repeat(30)])('A Retry-After of %j is ignored', (value) => {
  expect(readRetryAfterMs({ 'retry-after': value }, 0)).toBeUndefined()
})
