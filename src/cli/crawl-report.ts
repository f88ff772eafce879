import type { CrawlRunResult } from './crawl-run.ts'
import { formatDuration, formatNumber } from './output/format.ts'
import { renderTable } from './output/table.ts'
import { labelOf } from './progress/pass-line.ts'

/** `hubdex crawl --json`. */
export function crawlReport({ passes, requests, seconds }: CrawlRunResult) {
  return {
    passes: passes.map(
      ({ kind, scope, state, pages, repos, inserted, updated, unchanged, removed, unproved, rejected, note }) => ({
        kind: labelOf(kind),
        scope,
        state,
        pages,
        repos,
        inserted,
        updated,
        unchanged,
        removed,
        unproved,
        rejected,
        ...(note === null ? {} : { note }),
      }),
    ),
    stages: {},
    requests,
    failures: passes.filter((pass) => pass.state === 'failed').length,
    seconds: Math.round(seconds * 1000) / 1000,
  }
}

/** The same for people. */
export function reportTable(report: ReturnType<typeof crawlReport>): string {
  const rows = report.passes.map(({ kind, state, pages, repos, inserted, updated, unchanged, removed, rejected }) => ({
    pass: kind,
    state,
    pages,
    repos,
    new: inserted,
    changed: updated,
    unchanged,
    gone: removed,
    'left out': rejected,
  }))
  const { api, throttled } = report.requests
  const requests = `${formatNumber(api)} requests, ${formatNumber(throttled)} of them throttled, in ${formatDuration(report.seconds)}.`
  return `${renderTable(rows)}\n${requests}`
}
