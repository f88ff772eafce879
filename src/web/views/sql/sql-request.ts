import { withQuery } from '../../navigation/paths.ts'
import type { ChosenQuery } from './chosen-query.ts'

/** How the server is asked to run a query. */
export interface SqlRequest {
  path: string
  /** Sent by POST; without one, the request is a GET. */
  body?: { sql: string; timeoutMs?: number } | undefined
}

/** A named query as it came is run by its name, for which readers need no right to run SQL. */
export function sqlRequest(sql: string, chosen: ChosenQuery | undefined, timeoutMs?: number): SqlRequest {
  if (chosen !== undefined && timeoutMs === undefined) {
    const set = [...chosen.values].map(([name, value]) => `${name}=${value}`)
    return { path: withQuery(`/api/v1/queries/${chosen.query.name}`, { set }) }
  }
  return { path: '/api/v1/sql', body: { sql, ...(timeoutMs !== undefined && { timeoutMs }) } }
}
