import type { PassCounts } from '../../../src/catalog/passes/pass.ts'
import type { PassKind } from '../../../src/catalog/schema.ts'
import type { PassOutcome } from '../../../src/crawl/events.ts'
import { PassMeter } from '../../../src/telemetry/lines/pass-meter.ts'

const NO_COUNTS: PassCounts = {
  pages: 0,
  repos: 0,
  inserted: 0,
  updated: 0,
  unchanged: 0,
  removed: 0,
  rejected: 0,
  requests: 0,
  unconfirmed: 0,
}

interface GivenPass {
  kind: PassKind
  expectedRepos: number | undefined
  counts: Partial<PassCounts>
  /** Absent while it runs. */
  state?: PassOutcome['state']
}

/** The meter of a pass with these counts. */
export function meterOf(
  { kind, expectedRepos, counts, state }: GivenPass,
  later?: { seconds: number; repos: number },
): PassMeter {
  const all = { ...NO_COUNTS, ...counts }
  const meter = new PassMeter(
    { type: 'pass-started', kind, scope: 'full', passId: '1', resumed: false, expectedRepos, counts: all },
    0,
  )
  if (later !== undefined) meter.page({ ...all, repos: later.repos }, later.seconds * 1000)
  if (state !== undefined) meter.outcome = { ...all, kind, scope: 'full', state, note: null, gaps: [] }
  return meter
}
