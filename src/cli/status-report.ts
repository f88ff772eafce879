import type { CatalogStatus } from '../catalog/status.ts'
import { pluralOf } from '../hub/kinds.ts'
import { ageText, spanText } from './output/ages.ts'
import { escapeForTerminal } from './output/escape.ts'
import { counted, formatNumber } from './output/format.ts'
import { renderTable } from './output/table.ts'
import type { SearchState } from './search-state.ts'

export interface StatusParts {
  verdict: string
  status: CatalogStatus
  search: SearchState
  /** By name, as they stand. */
  settings: Record<string, string | number>
  width: number | undefined
}

/** The status for people: the verdict, a table of kinds, one of stages, and a line for each other thing. */
export function statusReport({ verdict, status, search, settings, width }: StatusParts): string {
  return [
    verdict,
    renderTable(kindRows(status), { width }),
    renderTable(stageRows(status), { width }),
    [
      ...status.unfinished.map(unfinishedLine),
      line('order', status.stageOrder),
      ...budgetLines(status),
      line('failures', failuresText(status)),
      line('search', `${searchText(search)}; ${counted(status.outboxEntries, 'change')} yet to be indexed`),
      line('refresh', counted(status.refreshQueue, 'repo named by webhooks waits', 'repos named by webhooks wait')),
      line(
        'settings',
        Object.entries(settings)
          .map(([name, value]) => `${name} ${value}`)
          .join(', '),
      ),
    ].join('\n'),
  ].join('\n\n')
}

function kindRows(status: CatalogStatus): object[] {
  const { readAt } = status
  return status.kinds.map((kind) => ({
    kind: pluralOf[kind.kind],
    known: countText(kind.known, status),
    live: countText(kind.live, status),
    tombstones: countText(kind.tombstones, status),
    'full pass': ageText(kind.lastFullAt, readAt),
    'recent pass': ageText(kind.lastRecentAt, readAt),
    'complete as of': ageText(kind.asOf, readAt),
    'lag p50': kind.lagP50Seconds === null ? '' : spanText(kind.lagP50Seconds),
    'lag p95': kind.lagP95Seconds === null ? '' : spanText(kind.lagP95Seconds),
  }))
}

function stageRows(status: CatalogStatus): object[] {
  return status.stages.map((stage) => ({
    stage: stage.stage,
    'up to date': `${(Math.floor(1000 * stage.coverage) / 10).toFixed(1)} %`,
    done: countText(stage.done, status),
    'nothing there': countText(stage.absent, status),
    due: countText(stage.due, status),
    'failed, waiting': countText(stage.waiting, status),
    'time for due': stage.secondsAtBudget === null ? 'no budget seen yet' : spanText(stage.secondsAtBudget),
  }))
}

/** Text, so that estimates can be marked; to the right, as numbers stand. */
function countText(count: number, { isEstimate }: CatalogStatus): string | number {
  return isEstimate ? `~${formatNumber(count)}` : count
}

function unfinishedLine({ kind, scope, state, pages, error }: CatalogStatus['unfinished'][number]): string {
  const label = kind === 'tags' ? kind : pluralOf[kind]
  return line(
    'unfinished',
    `${scope} pass of ${label}, ${state} after ${counted(pages, 'page')}${error === null ? '' : `: ${error}`}`,
  )
}

function budgetLines({ budgets, readAt }: CatalogStatus): string[] {
  if (budgets.length === 0) return [line('budget', 'not seen yet: the Hub tells it with its answers')]
  return budgets.map(({ bucket, remaining, quota, windowSecs, resetAt, seenAt }) => {
    const left = resetAt < readAt ? 'a window has passed since' : `${formatNumber(remaining)} left`
    return line(
      'budget',
      `${bucket} ${formatNumber(quota)} in ${spanText(windowSecs)}, ${left}, seen ${ageText(seenAt, readAt)}`,
    )
  })
}

function searchText({ index, documents, error }: SearchState): string {
  return error === null ? `${counted(documents, 'document')} in ${index}` : error.replace(/\.$/, '')
}

function failuresText({ failures }: CatalogStatus): string {
  if (failures.length === 0) return 'none'
  return failures.map(({ cause, failures: count }) => `${cause} ${formatNumber(count)}`).join(', ')
}

function line(label: string, text: string): string {
  return `${label.padEnd(12)}${escapeForTerminal(text)}`
}
