import { expect, test } from 'vitest'
import { formatCompact } from '../../../src/cli/output/numbers.ts'

test.each([
  [0, '0'],
  [999, '999'],
  [1234, '1.2K'],
  [1_234_567, '1.2M'],
  [70_000_000_000n, '70B'],
])('%s is %s in short', (value, expected) => {
  expect(formatCompact(value)).toBe(expected)
})
