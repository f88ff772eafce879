import { plainTable } from '../../charts/html/plain-table.ts'
import { REPO_KINDS } from '../../hub/kinds.ts'
import { formatNumber } from '../../util/format-number.ts'
import { type Asker, countOf, dayOf, numberOrNull, type Row, textOf } from '../asker.ts'
import { dayText, type Facts, kindName, queriesOf, type Section, type SectionFigure } from '../section.ts'

const DAYS = 7
const SHOWN = 10

/** What an event means to a reader of the report, in the order of the table. */
const EVENTS = [
  ['created', 'created on the Hub'],
  ['removed', 'removed'],
  ['restored', 'restored'],
  ['renamed', 'renamed'],
  ['license', 'license changed'],
  ['gated', 'gating changed'],
  ['visibility', 'visibility changed'],
  ['disabled', 'disabled or enabled by the Hub'],
  ['task', 'task changed'],
  ['base_models', 'base models changed'],
] as const

/** Shown even if there were none. */
const ALWAYS: readonly string[] = ['created', 'removed', 'license']

export async function changesSection(ask: Asker, { firstSeen }: Facts): Promise<Section> {
  const since = new Date(ask.now.getTime() - DAYS * 86_400_000).toISOString().slice(0, 10)
  const events = await ask.sql(`select 'created' as event, kind, count(*) as repos
from repos
where created_at >= date '${since}' and removed_at is null
group by kind
union all
select event, kind, count(distinct hub_id) from repo_events
where happened_at >= date '${since}' and event <> 'appeared'
group by event, kind`)
  const created = await ask.sql(`select kind, id, likes, downloads, created_at
from repos
where created_at >= date '${since}' and removed_at is null
order by likes desc, downloads desc nulls last, id
limit ${SHOWN}`)
  const [changes, gone] = [await ask.named('changes', { since }), await ask.named('disappeared', { since })]
  const count = (event: string, kind: string) =>
    countOf(
      events.rows.find((row) => row['event'] === event && row['kind'] === kind),
      'repos',
    )
  const total = (event: string) => REPO_KINDS.reduce((sum, kind) => sum + count(event, kind), 0)
  const isYoung = firstSeen > since
  return {
    title: 'What changed this week',
    finding:
      `Repos since ${dayText(since)}: ${formatNumber(total('created'))} created, ${formatNumber(total('removed'))} removed, ` +
      `${formatNumber(total('license'))} with another license.`,
    figures: [
      {
        title: 'Repos by what happened to them',
        content: plainTable({
          columns: [{ name: 'event' }, ...REPO_KINDS.map((kind) => ({ name: kindName(kind), isNumber: true }))],
          rows: EVENTS.filter(([event]) => ALWAYS.includes(event) || total(event) > 0).map(([event, text]) => [
            text,
            ...REPO_KINDS.map((kind) => count(event, kind)),
          ]),
        }),
      },
      ...listOf('Most liked new repos', created.rows, ['likes', 'downloads'], [['created', (row) => dayOf(row, 'created_at')]]),
      ...listOf(
        'Changes of the most downloaded repos',
        changes.rows,
        ['downloads'],
        [
          ['change', changeText],
          ['noticed', (row) => dayOf(row, 'happened_at')],
        ],
      ),
      ...listOf(
        'Removed repos that others depended on most',
        gone.rows,
        ['derived_models', 'using_spaces', 'downloads'],
        [
          ['cause', (row) => textOf(row, 'cause')],
          ['noticed', (row) => dayOf(row, 'removed_at')],
        ],
      ),
    ],
    notes: [
      'A change counts on the day on which hubdex noticed it.',
      ...(isYoung ? [`hubdex first saw this Hub on ${dayText(firstSeen)}. Earlier changes of the week are unknown.`] : []),
    ],
    queries: queriesOf(events, created, changes, gone),
  }
}

function listOf(
  title: string,
  rows: readonly Row[],
  numbers: readonly string[],
  texts: readonly (readonly [name: string, textOf: (row: Row) => string])[],
): SectionFigure[] {
  if (rows.length === 0) return []
  const content = plainTable({
    columns: [
      { name: 'repo' },
      { name: 'kind' },
      ...texts.map(([name]) => ({ name })),
      ...numbers.map((name) => ({ name: name.replace('_', ' ').replace('spaces', 'Spaces'), isNumber: true })),
    ],
    rows: rows
      .slice(0, SHOWN)
      .map((row) => [
        textOf(row, 'id'),
        textOf(row, 'kind'),
        ...texts.map(([, text]) => text(row)),
        ...numbers.map((column) => numberOrNull(row, column)),
      ]),
  })
  return [{ title: rows.length > SHOWN ? `${title} (${SHOWN} of ${formatNumber(rows.length)})` : title, content }]
}

function changeText(row: Row): string {
  return `${textOf(row, 'event').replace('_', ' ')}: ${textOf(row, 'old_value')} → ${textOf(row, 'new_value')}`
}
