import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { httpDateOf, instantOf } from '../../src/hub/instant.ts'

const MODULE = fileURLToPath(new URL('../../src/hub/instant.ts', import.meta.url))

test('Dates without a time zone are UTC on any machine', async () => {
  const script = `const { httpDateOf, instantOf } = await import(${JSON.stringify(MODULE)})
    console.log(JSON.stringify([
      instantOf('2024-02-12T10:57:33'), instantOf('2024-02-12'), httpDateOf('Mon Feb 12 10:57:33 2024')]))`
  for (const TZ of ['America/New_York', 'Asia/Kolkata']) {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...process.env, TZ },
    })
    const expected = Date.UTC(2024, 1, 12, 10, 57, 33)
    expect(JSON.parse(stdout)).toEqual([expected, Date.UTC(2024, 1, 12), expected])
  }
})

test.each(['Mon, 12 Feb 2024 10:57:33 GMT', 'Monday, 12-Feb-24 10:57:33 GMT', '2024-02-12T10:57:33Z'])(
  'The header %s is a date',
  (text) => {
    expect(httpDateOf(text)).toBe(Date.UTC(2024, 1, 12, 10, 57, 33))
  },
)

test.each(['-5', '12 seconds', 'soon', ''])('The header %j is not a date', (text) => {
  expect(httpDateOf(text)).toBeUndefined()
})

test.each(['2024-02-30', '2023-02-29T00:00:00Z', '2024-04-31', '2024-00-10', '2024-01-01T24:00:00Z', '2024-01-01T1:00Z'])(
  'The day %s does not exist and is refused',
  (text) => {
    expect(instantOf(text)).toBeUndefined()
  },
)

test('The year 24 is not 1924', () => {
  expect(new Date(instantOf('0024-01-01T00:00:00Z') ?? Number.NaN).getUTCFullYear()).toBe(24)
})
