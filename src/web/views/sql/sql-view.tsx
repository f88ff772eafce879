import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { queriesRoute } from '../../../server/api/queries.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import { useResource } from '../../api/use-resource.ts'
import { ErrorMessage, Loading } from '../../components/message.tsx'
import { ViewHead } from '../../components/view-head.tsx'
import { pageLocation } from '../../navigation/location.ts'
import { withQuery } from '../../navigation/paths.ts'
import { SignInNotice } from './sign-in-notice.tsx'
import '../../styles/sql.css'
import { type ChosenQuery, chooseQuery, queryPath } from './chosen-query.ts'
import { ParameterForm } from './parameter-form.tsx'
import { QueryResult } from './query-result.tsx'
import { SqlEditor } from './sql-editor.tsx'
import { sqlRequest } from './sql-request.ts'
import { SqlSidebar } from './sql-sidebar.tsx'
import { SqlToolbar } from './sql-toolbar.tsx'
import { useSqlRun } from './use-sql-run.ts'
import type { Views } from './views.ts'

type Queries = AnswerOf<typeof queriesRoute>

const FIRST_QUERY = `select kind, count(*) as repos, sum(likes) as likes
from repos
where removed_at is null
group by kind
order by repos desc`

/**
 * SQL over the catalog. `/sql/licenses` is a named query, `/sql/disappeared?since=7d` one with a parameter, `/sql?query=…` any
 * other.
 */
export function SqlView() {
  const { segments, query } = pageLocation.value
  const queries = useResource<Queries>('/api/v1/queries')
  const name = segments[1]
  if (queries.error !== undefined && queries.data === undefined)
    return <ErrorMessage error={queries.error} retry={queries.reload} />
  if (queries.data === undefined) return <Loading what="queries" />
  const named = queries.data.queries.find((known) => known.name === name)
  const chosen = named === undefined ? undefined : chooseQuery(named, query)
  const linked = name === undefined ? (query.get('query') ?? undefined) : chosen?.sql
  return <SqlPage queries={queries.data.queries} chosen={chosen} linked={linked} />
}

interface SqlPageProps {
  queries: Queries['queries']
  chosen: ChosenQuery | undefined
  /** The query of the address. */
  linked: string | undefined
}

function SqlPage({ queries, chosen, linked }: SqlPageProps) {
  const views = useResource<Views>('/api/v1/views')
  const [text, setText] = useState(linked ?? FIRST_QUERY)
  const [given, setGiven] = useState({ text })
  const [timeoutMs, setTimeoutMs] = useState<number | undefined>()
  const run = useSqlRun()
  const schema = useMemo(() => schemaOf(views.data), [views.data])
  const chosenAs = (sql: string) => (sql === linked ? chosen : undefined)
  const start = (sql: string) => run.start({ sql, ...sqlRequest(sql, chosenAs(sql), timeoutMs) })
  const show = (sql: string) => {
    setText(sql)
    setGiven({ text: sql })
  }
  const isOwn = useRef(false)
  // A query of an address is run at once, except when it was just run to make the address.
  useEffect(() => {
    if (linked !== undefined && !isOwn.current) {
      show(linked)
      start(linked)
    } else if (linked === undefined && chosen !== undefined) {
      run.clear()
      show(chosen.query.sql)
    }
    isOwn.current = false
  }, [linked, chosen?.query.name])
  const runText = () => {
    if (text.trim() === '') return
    isOwn.current = text !== linked
    start(text)
  }
  const unchanged = chosenAs(text)
  return (
    <>
      <ViewHead
        title="SQL"
        windowTitle={chosen?.query.title ?? 'SQL'}
        about="Read-only queries over the views of the catalog. Nothing that you type can change it."
      />
      <div class="sql-columns">
        <SqlSidebar queries={queries} current={chosen?.query.name} views={views.data} />
        <div class="stack">
          {chosen !== undefined && <h2>{chosen.query.title}</h2>}
          <SignInNotice />
          {chosen !== undefined && chosen.query.parameters.length > 0 && (
            <ParameterForm
              key={queryPath(chosen.query.name, chosen.values)}
              chosen={chosen}
              runAgain={() => {
                if (linked === undefined) return
                show(linked)
                start(linked)
              }}
            />
          )}
          <SqlEditor value={text} given={given} schema={schema} onChange={setText} onRun={runText} />
          <SqlToolbar
            path={
              unchanged === undefined ? withQuery('/sql', { query: text }) : queryPath(unchanged.query.name, unchanged.values)
            }
            request={sqlRequest(text, unchanged)}
            fileName={unchanged?.query.name ?? 'query'}
            limits={views.data?.limits}
            timeoutMs={timeoutMs}
            setTimeoutMs={setTimeoutMs}
            run={run}
            onRun={runText}
            isOwnAddress={() => {
              isOwn.current = true
            }}
          />
          <QueryResult run={run} />
        </div>
      </div>
    </>
  )
}

/** Views with their columns, as the editor completes them. */
function schemaOf(views: Views | undefined): Record<string, string[]> {
  return Object.fromEntries((views?.views ?? []).map(({ name, columns }) => [name, columns.map((column) => column.name)]))
}
