import { SquareTerminal } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { counted } from '../../../output/format.ts'
import { formatNumber } from '../../../util/format-number.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Icon } from '../../components/icon.tsx'
import { Loading, Message } from '../../components/message.tsx'
import { Notice } from '../../components/notice.tsx'
import { Segments } from '../../components/segments.tsx'
import { tookText } from '../../text/numbers.ts'
import { shortened, UserText } from '../../text/user-text.tsx'
import { chartFor } from './chart-for.ts'
import { ResultChart } from './result-chart.tsx'
import type { QueryAnswer, SqlRun } from './use-sql-run.ts'

/** More rows in a table make a browser slow; the export has all. */
const MAX_SHOWN = 1_000

/** What a run has to show: a table, a chart, or why there is neither. */
export function QueryResult({ run }: { run: SqlRun }) {
  switch (run.state) {
    case 'none':
      return (
        <Message title="Run a query" icon={<Icon icon={SquareTerminal} size={28} />} isInline>
          <p>Press Ctrl+Enter, or choose one of the queries that come with hubdex. Some need values first.</p>
        </Message>
      )
    case 'running':
      return <Running />
    case 'canceled':
      return <Notice>The query was canceled.</Notice>
    case 'failed':
      return (
        <div role="alert">
          <Notice tone="bad">
            <UserText>{run.error?.message}</UserText>
          </Notice>
        </div>
      )
    case 'done':
      return run.answer === undefined ? null : <Answer key={run.sql} answer={run.answer} />
  }
}

/** Says how long it takes, so that a slow query does not look like a page that hangs. */
function Running() {
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setSeconds((count) => count + 1), 1_000)
    return () => clearInterval(timer)
  }, [])
  return (
    <>
      <p class="soft">Running{seconds > 0 && ` for ${seconds} s`}</p>
      <Loading what="the result" rows={3} />
    </>
  )
}

type Shape = 'table' | 'chart'

const SHAPES: readonly { value: Shape; name: string }[] = [
  { value: 'table', name: 'Table' },
  { value: 'chart', name: 'Chart' },
]

function Answer({ answer }: { answer: QueryAnswer }) {
  const { columns, rows, truncatedBy, tookMs } = answer
  const chart = chartFor(answer)
  const [shape, setShape] = useState<Shape>('table')
  const isChart = shape === 'chart' && chart !== undefined
  return (
    <section class="stack" aria-label="Result">
      <div class="result-bar">
        <p role="status">
          <strong>{counted(rows.length, 'row')}</strong> <span class="soft small">in {tookText(tookMs)}</span>
        </p>
        {chart !== undefined && <Segments label="Show as" choices={SHAPES} chosen={shape} choose={setShape} />}
      </div>
      {truncatedBy !== null && (
        <Notice tone="warn">
          Rows were left out at the limit of {truncatedBy}. Narrow the query, or use <code>hubdex sql</code>.
        </Notice>
      )}
      {isChart ? (
        <ResultChart chart={chart} />
      ) : rows.length === 0 ? (
        <Message title="No rows" isInline>
          <p>The query is valid, but nothing matches it.</p>
        </Message>
      ) : (
        <DataTable
          label="Rows of the result"
          rows={rows.slice(0, MAX_SHOWN)}
          keyOf={(_, index) => index}
          columns={columns.map((name, index) => ({
            key: `${index} ${name}`,
            label: <UserText>{shortened(name, 60)}</UserText>,
            isNumber:
              rows.some((row) => isNumber(row[index])) && rows.every((row) => row[index] === null || isNumber(row[index])),
            value: (row: readonly unknown[]) => sortValue(row[index]),
            cell: (row: readonly unknown[]) => <Cell value={row[index]} />,
          }))}
        />
      )}
      {rows.length > MAX_SHOWN && !isChart && (
        <p class="soft small">The table shows the first {formatNumber(MAX_SHOWN)} rows; an export has all.</p>
      )}
    </section>
  )
}

function Cell({ value }: { value: unknown }) {
  if (value === null || value === undefined) return <span class="soft">–</span>
  if (typeof value === 'number' || typeof value === 'bigint') return <>{formatNumber(value)}</>
  const text =
    typeof value === 'string' ? value : JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? String(part) : part))
  return (
    <span
      class={text.length <= 32 ? 'cell-text is-short' : 'cell-text'}
      title={text.length > 200 ? shortened(text, 2_000) : undefined}
    >
      <UserText>{shortened(text, 200)}</UserText>
    </span>
  )
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint'
}

function sortValue(value: unknown): string | number | bigint | null {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value
  return value === null || value === undefined ? null : JSON.stringify(value)
}
