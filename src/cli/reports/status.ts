import type { CatalogStatus } from '../../catalog/status.ts'
import { pluralOf } from '../../hub/kinds.ts'
import { ageText, spanText } from '../../output/ages.ts'
import { counted, formatBytes } from '../../output/format.ts'
import { renderTable } from '../../output/table.ts'
import { withLabel } from '../../output/with-label.ts'
import type { FullStatus } from '../../service/status/full-status.ts'
import type { SearchState } from '../../service/status/search-state.ts'
import { formatNumber } from '../../util/format-number.ts'

/** The status for people: the verdict, a table of kinds, one of stages, and lines for the rest. */
export function statusReport(status: FullStatus, width: number | undefined): string {
  const lines: [label: string, text: string][] = [
    ...status.kinds.flatMap(noteLine),
    ...status.unfinished.map(unfinishedLine),
    ...budgetLines(status),
    ['failures', failuresText(status)],
    ['search', `${searchText(status.search)}; ${counted(status.outboxEntries, 'change')} to index`],
    ...semanticLine(status),
    ...replicaLine(status),
    ['refresh', counted(status.refreshQueue, 'repo queued by webhooks', 'repos queued by webhooks')],
    ['order', status.stageOrder],
    ['collections', `${counted(status.dueCollections, 'collection')} with items to read`],
    ...status.schedule.map(({ job, cron }): [string, string] => ['schedule', `${job} ${cron}`]),
    ['settings', listText(Object.entries(status.settings))],
  ]
  return [
    withLabel('', status.verdict.map(({ text }) => text).join(' '), width, 0),
    renderTable(kindRows(status), { width }),
    renderTable(stageRows(status), { width }),
    lines.map(([label, text]) => withLabel(label, text, width)).join('\n'),
  ].join('\n\n')
}

/** One column per kind: there are few kinds, with many values each. */
function kindRows(status: CatalogStatus): object[] {
  const { kinds, readAt } = status
  const row = (what: string, textOf: (kind: CatalogStatus['kinds'][number]) => string) => ({
    '': what,
    ...Object.fromEntries(kinds.map((kind) => [pluralOf[kind.kind], textOf(kind)])),
  })
  return [
    row('live', ({ live }) => formatNumber(live)),
    row('tombstones', ({ tombstones }) => formatNumber(tombstones)),
    row('unconfirmed', ({ unconfirmed }) => formatNumber(unconfirmed)),
    row('full pass', ({ lastFullAt }) => ageText(lastFullAt, readAt)),
    row('recent pass', ({ lastRecentAt }) => ageText(lastRecentAt, readAt)),
    row('complete as of', ({ asOf }) => ageText(asOf, readAt)),
    row('lag p50', ({ lagP50Secs }) => lagText(lagP50Secs)),
    row('lag p95', ({ lagP95Secs }) => lagText(lagP95Secs)),
  ]
}

function stageRows(status: CatalogStatus): object[] {
  const row = (what: string, textOf: (stage: CatalogStatus['stages'][number]) => string) => ({
    '': what,
    ...Object.fromEntries(status.stages.map((stage) => [stage.stage, textOf(stage)])),
  })
  return [
    row('coverage', ({ coverage }) => `${(Math.floor(1000 * coverage) / 10).toFixed(1)} %`),
    row('done', ({ done }) => countText(done, status)),
    row('absent', ({ absent }) => countText(absent, status)),
    row('due', ({ due }) => countText(due, status)),
    row('failed, waiting', ({ waiting }) => countText(waiting, status)),
    row('backlog', ({ backlogSecs }) => (backlogSecs === null ? 'no budget seen yet' : spanText(backlogSecs))),
  ]
}

function countText(count: number, { isEstimate }: CatalogStatus): string {
  return `${isEstimate ? '~' : ''}${formatNumber(count)}`
}

function lagText(seconds: number | null): string {
  return seconds === null ? 'no changes yet' : spanText(seconds)
}

function noteLine({ kind, lastFullNote }: CatalogStatus['kinds'][number]): [string, string][] {
  return lastFullNote === null ? [] : [['note', `last full pass of ${pluralOf[kind]}: ${lastFullNote.text}`]]
}

function unfinishedLine({ kind, scope, state, pages, error }: CatalogStatus['unfinished'][number]): [string, string] {
  const label = kind === 'tags' ? kind : pluralOf[kind]
  const why = error === null ? '' : `: ${error.text}`
  return ['unfinished', `${scope} pass of ${label}, ${state} after ${counted(pages, 'page')}${why}`]
}

function budgetLines({ budgets, readAt }: CatalogStatus): [string, string][] {
  if (budgets.length === 0) return [['budget', 'not seen yet: the Hub reports it with its responses']]
  const areSeveral = budgets.some(({ budget }) => budget !== budgets[0]?.budget)
  return budgets.map(({ budget, bucket, remaining, quota, windowSecs, resetAt, seenAt }) => {
    const left = resetAt < readAt ? 'its window ended since it was seen' : `${formatNumber(remaining)} left, seen`
    const every = `${counted(quota, 'request')} in ${spanText(windowSecs)}`
    return ['budget', `${bucket}${areSeveral ? ` of token ${budget}` : ''}: ${every}, ${left} ${ageText(seenAt, readAt)}`]
  })
}

function searchText({ index, documents, error }: SearchState): string {
  return error === null ? `${counted(documents, 'document')} in ${index}` : error.text.replace(/\.$/, '')
}

function semanticLine({ semantic, readAt }: FullStatus): [string, string][] {
  if (semantic === null) return []
  const { model, embedded, due, failed, isScanned, isConfigured, error } = semantic
  const waiting = due === 0 && isScanned ? 'none due' : `${formatNumber(due)}${isScanned ? '' : ' or more'} due`
  const refused = failed === 0 ? '' : `, ${formatNumber(failed)} of them failed`
  const replaced = isConfigured === false ? '; the settings name another embedder, so all will be embedded again' : ''
  const why = error === null ? '' : `; failed ${ageText(new Date(error.at), readAt)}: ${error.text.replace(/\.$/, '')}`
  return [['semantic', `${counted(embedded, 'text')} embedded by ${model}, ${waiting}${refused}${replaced}${why}`]]
}

function replicaLine({ replica }: FullStatus): [string, string][] {
  if (replica === null) return []
  const { bytes, secs } = replica
  return [['replica', bytes === 0 ? 'up to date' : `${formatBytes(bytes)} behind, ${spanText(secs)} at most`]]
}

function failuresText({ failures }: CatalogStatus): string {
  return failures.length === 0 ? 'none' : listText(failures.map(({ cause, failures: count }) => [cause, count]))
}

function listText(pairs: readonly (readonly [name: string, value: string | number])[]): string {
  return pairs.map(([name, value]) => `${name} ${typeof value === 'number' ? formatNumber(value) : value}`).join(', ')
}
