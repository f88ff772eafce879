import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { queriesRoute } from '../../../server/api/queries.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import { useResource } from '../../api/use-resource.ts'
import { ErrorMessage, Loading } from '../../components/message.tsx'
import { SignInNotice } from '../../components/sign-in-notice.tsx'
import { ViewHead } from '../../components/view-head.tsx'
import { pageLocation } from '../../navigation/location.ts'
import '../../styles/sql.css'
import { QueryResult } from './query-result.tsx'
import { SqlEditor } from './sql-editor.tsx'
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

/** SQL over the catalog. `/sql/licenses` is a named query, `/sql?query=…` any other. */
export function SqlView() {
  const { segments, query } = pageLocation.value
  const queries = useResource<Queries>('/api/v1/queries')
  const name = segments[1]
  // The editor has no place for the values of parameters, which `hubdex sql --set` and the HTTP API take.
  const runnable = queries.data?.queries.filter(({ parameters }) => parameters.length === 0) ?? []
  const named = runnable.find((known) => known.name === name)
  const linked = name === undefined ? (query.get('query') ?? undefined) : named?.sql
  if (queries.error !== undefined && queries.data === undefined)
    return <ErrorMessage error={queries.error} retry={queries.reload} />
  if (queries.data === undefined) return <Loading what="queries" />
  return <SqlPage queries={runnable} name={name} title={named?.title} linked={linked} />
}

interface SqlPageProps {
  queries: Queries['queries']
  name: string | undefined
  title: string | undefined
  /** The query of the address. */
  linked: string | undefined
}

function SqlPage({ queries, name, title, linked }: SqlPageProps) {
  const views = useResource<Views>('/api/v1/views')
  const [text, setText] = useState(linked ?? FIRST_QUERY)
  const [given, setGiven] = useState({ text })
  const [timeoutMs, setTimeoutMs] = useState<number | undefined>()
  const run = useSqlRun()
  const schema = useMemo(() => schemaOf(views.data), [views.data])
  const start = (sql: string) => run.start({ sql, timeoutMs })
  const isOwn = useRef(false)
  // A query of an address is run at once, except when it was just run to make the address.
  useEffect(() => {
    if (linked !== undefined && !isOwn.current) {
      setText(linked)
      setGiven({ text: linked })
      start(linked)
    }
    isOwn.current = false
  }, [linked])
  const runText = () => {
    if (text.trim() === '') return
    isOwn.current = text !== linked
    start(text)
  }
  return (
    <>
      <ViewHead
        title="SQL"
        windowTitle={title ?? 'SQL'}
        about="Read-only queries over the views of the catalog. Nothing that you type can change it."
      />
      <div class="sql-columns">
        <SqlSidebar queries={queries} current={name} views={views.data} />
        <div class="stack">
          {title !== undefined && <h2>{title}</h2>}
          <SignInNotice />
          <SqlEditor value={text} given={given} schema={schema} onChange={setText} onRun={runText} />
          <SqlToolbar
            text={text}
            name={text === linked ? name : undefined}
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
