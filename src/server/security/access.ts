import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ProblemCode } from '../api/problems.ts'
import { HttpProblem, sendProblem } from '../http/problem.ts'
import { leaveBodyUnread } from '../util/unread-body.ts'
import { isFromElsewhere, operatorSignIn, tokenCheck } from './operator-sign-in.ts'

/** Who may do what. */
export interface AccessRules {
  /** The operator's token, if one is set. */
  token: string | undefined
  /** Whether reading needs the token. */
  isReadingClosed: boolean
  /** Whether SQL, and what changes the catalog, need the token. */
  isSqlClosed: boolean
  /** Origins of other sites that may use the API. @default none */
  corsOrigins?: readonly string[]
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Who may use the route: anybody, for what must work without a token or has a secret of its own; those who may read; those
     * who may run SQL or change something; only somebody with the operator's token. @default 'read'
     */
    access?: 'open' | 'read' | 'sql' | 'operate' | 'operator'
  }
}

export interface Access {
  /** Whether the request has the operator's token. */
  isSignedIn(request: FastifyRequest): boolean
  /** Whether the request may run SQL and change something. */
  mayOperate(request: FastifyRequest): boolean
  /** Whether there is a token to sign in with. */
  hasToken: boolean
}

interface AccessOptions extends AccessRules {
  basePath: string
  /** Reports wrong tokens. */
  report(count: number): void
  now?: () => number
}

/** Checks every request of an app against the rules, by the access of its route. */
export function protect(app: FastifyInstance, options: AccessOptions): Access {
  const { token, isReadingClosed, isSqlClosed, basePath } = options
  const isToken = token === undefined ? () => false : tokenCheck(token)
  const refusalOf = token === undefined ? undefined : operatorSignIn({ ...options, token })

  function problemOf(request: FastifyRequest, reply: FastifyReply): HttpProblem | undefined {
    const { access = 'read' } = request.routeOptions.config
    if (access === 'open') return undefined
    const isClosed = { read: isReadingClosed, sql: isSqlClosed, operate: isSqlClosed, operator: true }[access]
    if (!isClosed)
      return isFromElsewhere(request, options.corsOrigins) ? new HttpProblem(403, 'other-site', OTHER_SITE) : undefined
    if (refusalOf === undefined) return new HttpProblem(403, access === 'sql' ? 'sql-needs-token' : 'token-required', NO_TOKEN)
    const refusal = refusalOf(request, reply)
    return refusal === undefined
      ? undefined
      : new HttpProblem(reply.statusCode, CODES[reply.statusCode] ?? 'token-required', refusal)
  }

  app.addHook('onRequest', async (request, reply) => {
    const problem = problemOf(request, reply)
    if (problem === undefined) return undefined
    leaveBodyUnread(request, reply)
    // Not thrown: a part of the server may have an error handler of its own.
    return sendProblem(reply, problem, basePath)
  })
  return {
    isSignedIn: isToken,
    mayOperate: (request) => !isSqlClosed || isToken(request),
    hasToken: token !== undefined,
  }
}

const CODES: Readonly<Record<number, ProblemCode>> = { 401: 'token-required', 403: 'other-site', 429: 'too-many-wrong-tokens' }
const OTHER_SITE = 'A page of another site made this request.'
const NO_TOKEN = 'This needs the token of the operator, and the server has none. The operator can set HUBDEX_OPERATOR_TOKEN.'
