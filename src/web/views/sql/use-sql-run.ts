import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { AnswerOf } from '../../../server/api/route.ts'
import type { sqlRoute } from '../../../server/api/sql.ts'
import { request } from '../../api/request.ts'
import { asRequestError, type RequestError } from '../../api/request-error.ts'
import type { SqlRequest } from './sql-request.ts'

export type QueryAnswer = AnswerOf<typeof sqlRoute>

interface SqlQuery extends SqlRequest {
  sql: string
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
  /** Forgets the last run. */
  clear(): void
}

type RunState = Pick<SqlRun, 'state' | 'sql' | 'answer' | 'error'>

const NO_RUN: RunState = { state: 'none', sql: '', answer: undefined, error: undefined }

/** Runs queries, one at a time. Canceling closes the connection, upon which the server stops the query. */
export function useSqlRun(): SqlRun {
  const [run, setRun] = useState<RunState>(NO_RUN)
  const controller = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => controller.current?.abort(), [])
  const start = useCallback(({ sql, path, body }: SqlQuery) => {
    controller.current?.abort()
    const current = new AbortController()
    controller.current = current
    setRun({ state: 'running', sql, answer: undefined, error: undefined })
    request<QueryAnswer>(path, { signal: current.signal, body }).then(
      (answer) => setRun({ state: 'done', sql, answer, error: undefined }),
      (error: unknown) => {
        if (controller.current !== current) return
        if (current.signal.aborted) setRun({ state: 'canceled', sql, answer: undefined, error: undefined })
        else setRun({ state: 'failed', sql, answer: undefined, error: asRequestError(error) })
      },
    )
  }, [])
  const cancel = useCallback(() => controller.current?.abort(), [])
  const clear = useCallback(() => {
    controller.current?.abort()
    controller.current = undefined
    setRun(NO_RUN)
  }, [])
  return { ...run, start, cancel, clear }
}
