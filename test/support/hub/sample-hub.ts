import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { SampleHubOptions } from '../../../src/sample-hub/options.ts'
import { createSampleHub, type SampleHub } from '../../../src/sample-hub/sample-hub.ts'

/** A sample Hub for all tests of a `describe` block or file. */
export function sharedHub(options: SampleHubOptions): SampleHub {
  return hubBetween(beforeAll, afterAll, options)
}

/** A new sample Hub for each test of a `describe` block or file. */
export function freshHub(options: SampleHubOptions): SampleHub {
  return hubBetween(beforeEach, afterEach, options)
}

function hubBetween(
  before: (hook: () => Promise<void>) => void,
  after: (hook: () => Promise<void> | undefined) => void,
  options: SampleHubOptions,
): SampleHub {
  // Hooks fill it before any test can use it.
  const hub = {} as SampleHub
  before(async () => {
    Object.assign(hub, await createSampleHub(options))
  })
  after(() => hub.close?.())
  return hub
}

/** Payloads of `owner/repo-0` and so on, with fields by number. */
export function numberedRepos(count: number, fieldsOf: (index: number) => object) {
  return Array.from({ length: count }, (_, index) => ({
    _id: (0x64000000 + index).toString(16).padEnd(24, '0'),
    id: `owner/repo-${index}`,
    ...fieldsOf(index),
  }))
}
