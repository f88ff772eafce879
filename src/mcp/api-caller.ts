import type { FastifyInstance } from 'fastify'
import type { Problem } from '../server/api/problems.ts'
import type { AnswerOf, ApiRoute } from '../server/api/route.ts'
import { RequestAborted, withCallerSignal } from '../server/http/close-signal.ts'
import { parseExactly } from '../util/exact-number.ts'

interface ApiParameters {
  params?: Readonly<Record<string, string>>
  /** Undefined values are left out; a list repeats its parameter. */
  query?: Readonly<Record<string, string | number | readonly string[] | undefined>>
  body?: object
}

/** Requests a route of the HTTP API. Numbers that a double cannot hold become texts. @throws ApiProblem */
export type CallApi = <Route extends ApiRoute>(route: Route, given?: ApiParameters) => Promise<AnswerOf<Route>>

/** The HTTP API refused a request, or could not answer it. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

/** On whose behalf the HTTP API is called. */
export interface Caller {
  headers?: Readonly<Record<string, string>>
  /** The address of the client, which rate limits count. @default this machine */
  address?: string | undefined
  /** Cancels the request. */
  signal: AbortSignal
}

/**
 * Calls the HTTP API of an app within the process. So tools have the validation, cursors, problems, SQL queue, access rules and
 * rate limits of the API, and nothing is implemented twice.
 */
export function apiCaller(app: FastifyInstance, { headers = {}, address, signal }: Caller): CallApi {
  const canceled = new AbortController()
  const cancel = () => canceled.abort(new RequestAborted('The agent has canceled the call.'))
  if (signal.aborted) cancel()
  else signal.addEventListener('abort', cancel, { once: true })
  return async <Route extends ApiRoute>(route: Route, { params = {}, query = {}, body }: ApiParameters = {}) => {
    const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
    const request = {
      method: route.method,
      url: `${path}?${searchOf(query)}`,
      headers: { host: 'localhost', ...headers },
      ...(address !== undefined && { remoteAddress: address }),
      ...(body !== undefined && { payload: body }),
    }
    const response = await withCallerSignal(canceled.signal, async () => await app.inject(request))
    const answer = withoutBigNumbers(parseExactly(response.payload))
    if (response.statusCode >= 400) throw new ApiProblem(answer as Problem)
    return answer as AnswerOf<Route>
  }
}

function searchOf(query: NonNullable<ApiParameters['query']>): URLSearchParams {
  return new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => {
      const values = Array.isArray(value) ? value : value === undefined ? [] : [value]
      return values.map((member) => [name, String(member)] as [string, string])
    }),
  )
}

function withoutBigNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (JSON.isRawJSON(value)) return value.rawJSON
  if (Array.isArray(value)) return value.map(withoutBigNumbers)
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutBigNumbers(member)]))
}
