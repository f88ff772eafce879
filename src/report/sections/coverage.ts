import { plainTable } from '../../charts/html/plain-table.ts'
import { REPO_KINDS } from '../../hub/kinds.ts'
import { type Asker, countOf, type Row, textOf } from '../asker.ts'
import { dayText, type Facts, kindName, queriesOf, type Section, shareText } from '../section.ts'

const PASSES = `select kind, max(finished_at) filter (where scope = 'full') as full_pass, max(finished_at) as latest_pass
from passes
where state = 'complete' and kind in ('model', 'dataset', 'space')
group by kind`

const STAGES = `select kind, stage, count(*) as repos
from repo_stages
where is_current
group by kind, stage`

const REPOS = `select kind, count(*) filter (where removed_at is null) as live,
  count(*) filter (where removed_at is not null) as removed
from repos
group by kind`

export async function coverageSection(ask: Asker, { firstSeen }: Facts): Promise<Section> {
  const [repos, passes, stages] = [await ask.sql(REPOS), await ask.sql(PASSES), await ask.sql(STAGES)]
  const rowOf = (rows: readonly Row[], kind: string, stage?: string) =>
    rows.find((row) => row['kind'] === kind && (stage === undefined || row['stage'] === stage))
  const incomplete = REPO_KINDS.filter((kind) => (rowOf(passes.rows, kind)?.['full_pass'] ?? null) === null)
  const live = (kind: string) => countOf(rowOf(repos.rows, kind), 'live')
  const fetched = (kind: string, stage: string) => shareText(countOf(rowOf(stages.rows, kind, stage), 'repos'), live(kind))
  return {
    title: 'What the catalog covers',
    finding:
      incomplete.length === 0
        ? 'Every list of the Hub was read to its end at least once.'
        : `The lists of ${incomplete.map(kindName).join(' and ')} were not yet read to the end. Their figures cover a part.`,
    figures: [
      {
        title: 'By kind of repo',
        content: plainTable({
          columns: [
            { name: 'kind' },
            ...['in the catalog', 'removed since', 'details', 'card', 'Parquet files'].map((name) => ({
              name,
              isNumber: true,
            })),
            { name: 'last full pass' },
            { name: 'last pass' },
          ],
          rows: REPO_KINDS.map((kind) => [
            kindName(kind),
            live(kind),
            countOf(rowOf(repos.rows, kind), 'removed'),
            fetched(kind, 'details'),
            fetched(kind, 'card'),
            kind === 'dataset' ? fetched(kind, 'parquet') : '–',
            timeText(rowOf(passes.rows, kind), 'full_pass'),
            timeText(rowOf(passes.rows, kind), 'latest_pass'),
          ]),
        }),
      },
    ],
    notes: [
      `hubdex has watched this Hub since ${dayText(firstSeen)}. History, events and removals are known from then on.`,
      'Details, cards and Parquet files are fetched one repo at a time, so that their share grows with time. Private repos ' +
        'are included only as far as the token may see them.',
    ],
    queries: queriesOf(repos, passes, stages),
  }
}

function timeText(row: Row | undefined, column: string): string {
  const text = textOf(row, column)
  return text === '–' ? 'none yet' : `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`
}
