import type { Problem } from '../server/api/problems.ts'
import { searchRoute } from '../server/api/search.ts'
import { problemDetails } from '../server/http/problem.ts'
import { problemOfError } from '../server/http/problem-of-error.ts'
import { ApiProblem, type CallApi } from './api-caller.ts'

/** What the answer says about an error, with the codes of the HTTP API. */
export function problemIn(error: unknown): Problem {
  if (error instanceof ApiProblem) return error.problem
  return problemDetails(problemOfError(error instanceof Error ? error : new Error(String(error))), '')
}

/** Why nothing was found, if the whole catalog is empty. */
export async function emptyCatalogHint(call: CallApi): Promise<string | undefined> {
  const { total } = await call(searchRoute, { query: { limit: 0 } })
  return total > 0 ? undefined : 'The catalog or its search index is empty. Its operator fills it with `hubdex crawl`.'
}
