import type { FastifyReply } from 'fastify'
import type { Problem, ProblemCode } from '../api/problems.ts'

/** A request that cannot be answered, as problem details say it to the client. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem'
  readonly status: number
  readonly code: ProblemCode
  readonly more: Partial<Pick<Problem, 'errors' | 'sqlState' | 'position'>>

  constructor(status: number, code: ProblemCode, detail: string, more: HttpProblem['more'] = {}) {
    super(detail)
    this.status = status
    this.code = code
    this.more = more
  }
}

const TITLES: Readonly<Record<ProblemCode, string>> = {
  'invalid-request': 'The request is not valid',
  'invalid-cursor': 'The cursor is not valid',
  'token-required': 'A token is required',
  'too-many-wrong-tokens': 'Too many wrong tokens',
  'other-site': 'Requests by other sites are refused',
  'sql-needs-token': 'SQL needs a token',
  'not-found': 'Not found',
  'repo-unknown': 'The catalog does not have this repo',
  'method-not-allowed': 'Method not allowed',
  'too-large': 'The request is too large',
  'wrong-host': 'Not a name of this server',
  'rate-limited': 'Too many requests',
  'too-many-streams': 'Too many streams',
  'query-refused': 'The query was refused',
  'query-timeout': 'The query took too long',
  'too-many-queries': 'Too many queries',
  'search-unavailable': 'Search is unavailable',
  'took-too-long': 'The answer took too long',
  'catalog-unavailable': 'The catalog is unavailable',
  'replica-behind': 'The replica is behind',
  'internal-error': 'Internal error',
}

/** @param basePath the path under which the reference explains codes */
export function problemDetails({ status, code, message, more }: HttpProblem, basePath: string): Problem {
  return { type: `${basePath}/api#${code}`, title: TITLES[code], status, code, detail: message, ...more }
}

export function sendProblem(reply: FastifyReply, problem: HttpProblem, basePath = ''): FastifyReply {
  return reply
    .code(problem.status)
    .removeHeader('etag')
    .removeHeader('content-disposition')
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemDetails(problem, basePath))
}
