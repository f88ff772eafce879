import { stripVTControlCharacters } from 'node:util'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { CrawlProgress } from '../../../src/cli/progress/crawl-progress.ts'
import type { PassOutcome } from '../../../src/crawl/events.ts'
import { meterOf } from '../../telemetry/lines/meter.ts'

const KINDS = ['model', 'dataset', 'space', 'tags'] as const

test.each([80, 60])('no line of the display is wider than a terminal of %i columns', (columns) => {
  let drawn = ''
  const terminal = { isTTY: true, columns, rows: 24, write: (text: string) => (drawn += text) }
  const progress = new CrawlProgress({
    terminal: terminal as unknown as NodeJS.WriteStream,
    log: () => undefined,
    budget: () => '2,499 of 2,500 requests left, resets in 4 m 59 s, followed by text that does not fit on a line',
    indexed: () => '3,100,000 documents indexed',
  })
  for (const kind of KINDS) progress.handle({ type: 'pass-ended', passId: '1', outcome: started(progress, kind) })
  progress.end()
  const lines = stripVTControlCharacters(drawn).split('\n')
  expect(lines.filter((line) => line.includes('interrupted'))).toHaveLength(4)
  expect(Math.max(...lines.map((line) => stringWidth(line)))).toBe(columns)
})

test('problems shared by several listings are logged once per wait, and a shared reason to stop once', () => {
  const { progress, logged } = plainProgress()
  for (const path of ['models', 'datasets', 'spaces']) {
    const url = `https://hub.example/api/${path}`
    const reason = `GET ${url} (attempt 1 of 6) was answered 503.`
    progress.handleHub({ type: 'retry', url: `${url}?limit=1000`, reason, delayMs: 60_000, retriesLeft: 5 })
    progress.handleHub({ type: 'throttled', url, bucket: 'api', untilMs: Date.now() + 60_000 })
  }
  expect(logged).toEqual([expect.stringMatching(/^GET .*models .* in 1 m \(5 /), expect.stringMatching(/ in 1 m\.$/)])
  logged.length = 0
  for (const kind of KINDS) {
    const note = { code: 'network', text: 'https://hub.example cannot be reached.' } as const
    const outcome = { ...started(progress, kind), state: 'failed', note } as const
    progress.handle({ type: 'pass-ended', passId: '1', outcome })
  }
  expect(logged).toEqual([
    'models: failed, 1,000 repos, 1 page',
    'https://hub.example cannot be reached.',
    'datasets: failed, 1,000 repos, 1 page',
    'spaces: failed, 1,000 repos, 1 page',
    'tags: failed, 0 tags, 1 page',
  ])
})

function plainProgress() {
  const logged: string[] = []
  const log = (text: string) => void logged.push(text)
  return { progress: new CrawlProgress({ terminal: undefined, log, budget: () => '', indexed: () => '' }), logged }
}

/** Starts a pass, and returns its outcome as if it were stopped. */
function started(progress: CrawlProgress, kind: (typeof KINDS)[number]): PassOutcome {
  const { outcome } = meterOf({ kind, expectedRepos: 1000, counts: { repos: 1000, pages: 1 }, state: 'interrupted' })
  if (outcome === undefined) throw new Error('Expected an outcome.')
  progress.handle({
    type: 'pass-started',
    kind,
    scope: 'full',
    passId: '1',
    resumed: false,
    counts: outcome,
    expectedRepos: 1000,
  })
  return outcome
}
