import { counted, formatDuration } from '../../output/format.ts'
import { renderTable } from '../../output/table.ts'
import { labelOf, stateText } from '../../telemetry/lines/pass-line.ts'
import { formatNumber } from '../../util/format-number.ts'
import type { CrawlRunResult } from '../crawl/crawl-run.ts'
import type { StageReport } from '../crawl/stage-run.ts'

/** `hubdex crawl --json`. */
export function crawlReport({ passes, stages, requests, dueCollections, tookSecs }: CrawlRunResult) {
  const failedPasses = passes.filter((pass) => pass.state === 'failed' || pass.gaps.length > 0).length
  return {
    passes: passes.map(({ kind, scope, state, ...counts }) => ({ kind, scope, state, ...counts })),
    stages,
    requests,
    dueCollections,
    failures: Object.values(stages).reduce((sum, { failed }) => sum + failed, failedPasses),
    tookSecs: Math.round(tookSecs * 1000) / 1000,
  }
}

/** `hubdex crawl` for people. */
export function reportTable(report: ReturnType<typeof crawlReport>): string {
  const hasRejected = report.passes.some(({ rejected }) => rejected > 0)
  const rows = report.passes.map(({ kind, pages, repos, inserted, updated, unchanged, removed, rejected, ...pass }) => ({
    pass: labelOf(kind),
    state: stateText(pass),
    pages,
    repos,
    new: inserted,
    changed: updated,
    unchanged,
    gone: removed,
    ...(hasRejected ? { rejected } : {}),
  }))
  const { api, resolvers, throttled } = report.requests
  const requests = `${counted(api + resolvers, 'request')}, ${throttled === 0 ? 'none' : formatNumber(throttled)} of them throttled, in ${formatDuration(report.tookSecs)}.`
  const isLeft = report.dueCollections > 0
  const due = isLeft ? [`${counted(report.dueCollections, 'collection')} with items still to read; the next run reads on.`] : []
  return [renderTable(rows), ...stageTable(report.stages), ...due, requests].join('\n')
}

function stageTable(stages: StageReport): string[] {
  const rows = Object.entries(stages).map(([stage, { done, absent, failed, due }]) => {
    return { stage, done, absent, failed, 'still due': due }
  })
  const isIdle = rows.every(({ stage, ...counts }) => Object.values(counts).every((count) => count === 0))
  if (isIdle) return ['']
  const isLeft = rows.some((row) => row['still due'] > 0)
  const next = ['The next run fetches what is still due, most wanted first;', '--stage-requests sets how much of it.']
  return ['', renderTable(rows), ...(isLeft ? next : []), '']
}
