import type { FastifyError } from 'fastify'
import { QueryRefused, QueryTimedOut } from '../../analytics/query-errors.ts'
import { isConnectionError } from '../../catalog/postgres/connection-retry.ts'
import { sqlState } from '../../catalog/postgres/sql-state.ts'
import { InvalidAddress } from '../../hub/repos/repo-address.ts'
import { InvalidSearch } from '../../search/invalid-search.ts'
import { SearchUnavailable } from '../../search/search-unavailable.ts'
import type { ProblemCode } from '../api/problems.ts'
import { HttpProblem } from './problem.ts'

/** A replica ends a query whose rows the server has removed meanwhile; on a server, no transaction is serializable. */
const REPLAY_CONFLICT = '40001'
const TOO_MANY_CONNECTIONS = '53300'

/** What the answer says about an error. Details of failures stay in the log. */
export function problemOfError(error: Error): HttpProblem {
  if (error instanceof HttpProblem) return error
  if (error instanceof InvalidSearch || error instanceof InvalidAddress) {
    return new HttpProblem(400, 'invalid-request', error.message)
  }
  if (error instanceof QueryRefused) {
    const { code: sqlState, position } = error
    return new HttpProblem(400, 'query-refused', error.message, { sqlState, ...(position && { position }) })
  }
  if (error instanceof QueryTimedOut) return new HttpProblem(422, 'query-timeout', error.message)
  if (error instanceof SearchUnavailable) {
    return new HttpProblem(503, 'search-unavailable', `The search engine is unavailable (${error.code}). Try again later.`)
  }
  if (isConnectionError(error) || [REPLAY_CONFLICT, TOO_MANY_CONNECTIONS].includes(sqlState(error) ?? '')) {
    return new HttpProblem(
      503,
      'catalog-unavailable',
      'The database of the catalog is unavailable. Try again in a few seconds.',
    )
  }
  return problemOfServerError(error as FastifyError)
}

/** Errors of the server itself, such as a body that is no JSON. */
function problemOfServerError({ statusCode = 500, message, validation, validationContext }: FastifyError): HttpProblem {
  if (validation !== undefined) {
    const errors = validation.map(({ instancePath, message: detail = 'is not valid', params }) => ({
      parameter: nameIn(instancePath, params),
      detail,
    }))
    const [first] = errors
    const detail = `In the ${validationContext ?? 'request'}, ${first?.parameter ?? 'a value'}: ${first?.detail}`
    return new HttpProblem(400, 'invalid-request', detail, { errors })
  }
  if (statusCode >= 500) {
    return new HttpProblem(500, 'internal-error', 'The request failed; the log of the server has the reason.')
  }
  const advice = statusCode === 415 ? '. Expected the content type application/json.' : ''
  return new HttpProblem(statusCode, CODES[statusCode] ?? 'invalid-request', `${message}${advice}`)
}

const CODES: Readonly<Record<number, ProblemCode>> = {
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'too-large',
  414: 'too-large',
  421: 'wrong-host',
  429: 'rate-limited',
  431: 'too-large',
}

/** The parameter at `/name/0`; for an unknown one its name. */
function nameIn(instancePath: string, params: unknown): string {
  const path = instancePath.replace(/^\//, '').replaceAll('/', '.')
  const { keys = [] } = (params ?? {}) as { keys?: string[] }
  return [path, ...keys].filter(Boolean).join('.') || 'body'
}
