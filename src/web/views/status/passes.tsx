import { catalogKindOf } from '../../../hub/kinds.ts'
import { spanText } from '../../../output/ages.ts'
import type { queryRoute } from '../../../server/api/queries.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import { useResource } from '../../api/use-resource.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Notice } from '../../components/notice.tsx'
import { Pending } from '../../components/pending.tsx'
import { KIND_NAMES } from '../../text/kind-names.ts'
import { numberText } from '../../text/numbers.ts'
import { Age } from '../../text/time.tsx'
import type { Status } from './status.ts'

type QueryAnswer = AnswerOf<typeof queryRoute>

/** Passes that run, and those that ended. */
export function Passes({ status }: { status: Status }) {
  // Read again whenever a pass begins, advances or ends.
  const version = status.unfinished.map(({ kind, scope, pages }) => `${kind} ${scope} ${pages}`).join()
  return (
    <section class="card" aria-labelledby="passes">
      <h2 id="passes">Passes</h2>
      <div class="stack">
        {status.unfinished.map(({ kind, scope, state, pages, error }) => (
          <Notice key={`${kind} ${scope}`} tone={state === 'failed' ? 'bad' : state === 'running' ? 'plain' : 'warn'}>
            The {scope} pass of {kind} is {state}: {numberText(pages)} pages are read.{error !== null && ` ${error.text}`}
          </Notice>
        ))}
        <PassTable key={version} />
      </div>
    </section>
  )
}

function PassTable() {
  const passes = useResource<QueryAnswer>('/api/v1/queries/passes')
  if (passes.data === undefined) return <Pending resource={passes} what="passes" />
  const rows = passes.data.rows.map((row) =>
    Object.fromEntries(passes.data?.columns.map((name, index) => [name, row[index]]) ?? []),
  )
  if (rows.length === 0) return <p class="soft">No pass has begun yet.</p>
  const number = (key: string, label: string) => ({
    key,
    label,
    isNumber: true,
    value: (row: Row) => Number(row[key] ?? 0),
    cell: (row: Row) => numberText(row[key] === null ? null : Number(row[key])),
  })
  return (
    <DataTable
      label="Latest passes"
      rows={rows}
      keyOf={(_, index) => index}
      columns={[
        { key: 'kind', label: 'List', value: ({ kind }) => String(kind), cell: ({ kind }) => listName(String(kind)) },
        { key: 'scope', label: 'Scope', value: ({ scope }) => String(scope), cell: ({ scope }) => String(scope) },
        {
          key: 'state',
          label: 'State',
          value: ({ state }) => String(state),
          cell: ({ state }) => <StateBadge state={String(state)} />,
        },
        number('repos', 'Repos'),
        number('inserted', 'New'),
        number('updated', 'Changed'),
        number('removed', 'Removed'),
        number('requests', 'Requests'),
        {
          key: 'started_at',
          label: 'Started',
          isNumber: true,
          value: ({ started_at: at }) => String(at),
          cell: ({ started_at: at }) => (typeof at === 'string' ? <Age at={at} /> : '–'),
        },
        {
          key: 'took',
          label: 'Took',
          isNumber: true,
          cell: ({ took }) => (typeof took === 'string' ? spanText(secondsOf(took)) : '–'),
        },
      ]}
    />
  )
}

type Row = Record<string, unknown>

function listName(list: string): string {
  const kind = catalogKindOf(list)
  return kind === undefined ? 'Tags' : KIND_NAMES[kind].many
}

/** An interval of Postgres, such as `00:01:08.123` or `2 days 00:01:08`. */
function secondsOf(interval: string): number {
  const [, days = '0', time = ''] = /^(?:(\d+) days? )?(.*)$/.exec(interval) ?? []
  return 86_400 * Number(days) + time.split(':').reduce((seconds, part) => 60 * seconds + Number(part), 0)
}

const TONES: Readonly<Record<string, string>> = { complete: 'is-good', failed: 'is-bad', running: '' }

function StateBadge({ state }: { state: string }) {
  return <span class={`badge ${TONES[state] ?? 'is-warn'}`}>{state}</span>
}
