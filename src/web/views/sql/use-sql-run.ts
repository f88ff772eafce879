import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { AnswerOf } from '../../../server/api/route.ts'
import type { sqlRoute } from '../../../server/api/sql.ts'
import { request } from '../../api/request.ts'
import { RequestError } from '../../api/request-error.ts'

export type QueryAnswer = AnswerOf<typeof sqlRoute>

interface SqlQuery {
  sql: string
  timeoutMs?: number | undefined
}

/** A run of a query, and how it ended. */
export interface SqlRun {
  state: 'none' | 'running' | 'done' | 'failed' | 'canceled'
  /** The query that was started last. */
  sql: string
  answer: QueryAnswer | undefined
  error: RequestError | undefined
  start(query: SqlQuery): void
  cancel(): void
}

type RunState = Pick<SqlRun, 'state' | 'sql' | 'answer' | 'error'>

/** Runs queries, one at a time. Canceling closes the connection, upon which the server stops the query. */
export function useSqlRun(): SqlRun {
  const [run, setRun] = useState<RunState>({ state: 'none', sql: '', answer: undefined, error: undefined })
  const controller = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => controller.current?.abort(), [])
  const start = useCallback(({ sql, timeoutMs }: SqlQuery) => {
    controller.current?.abort()
    const current = new AbortController()
    controller.current = current
    setRun({ state: 'running', sql, answer: undefined, error: undefined })
    request<QueryAnswer>('/api/v1/sql', {
      signal: current.signal,
      body: { sql, ...(timeoutMs !== undefined && { timeoutMs }) },
    }).then(
      (answer) => setRun({ state: 'done', sql, answer, error: undefined }),
      (error: unknown) => {
        if (controller.current !== current) return
        if (current.signal.aborted) setRun({ state: 'canceled', sql, answer: undefined, error: undefined })
        else
          setRun({
            state: 'failed',
            sql,
            answer: undefined,
            error: error instanceof RequestError ? error : new RequestError('failed', String(error)),
          })
      },
    )
  }, [])
  const cancel = useCallback(() => controller.current?.abort(), [])
  return { ...run, start, cancel }
}
