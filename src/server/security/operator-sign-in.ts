import type { FastifyReply, FastifyRequest } from 'fastify'
import { leaveBodyUnread } from '../util/unread-body.ts'
import { RateLimitedReport } from './rate-limited-report.ts'
import { secretCheck } from './secret-check.ts'
import { WINDOW_MS, WrongTries } from './wrong-tries.ts'

export interface SignInOptions {
  token: string
  /** Origins of other sites whose pages may do what the operator may. @default none */
  corsOrigins?: readonly string[]
  /** Reports wrong tokens. */
  report(count: number): void
  /** Milliseconds, never backwards. @default performance.now */
  now?: () => number
}

const CHALLENGE = 'Basic realm="hubdex operator", charset="UTF-8"'

/**
 * Checks for HTTP Basic with any user name and the operator's token as password. The right token always passes, even after
 * wrong ones from the same address, which clients of a proxy may share. So the limit on wrong tokens only protects the log; the
 * length of the token protects it from being guessed.
 * @returns a check that returns undefined if a request may proceed, or sets status and headers and returns the reason
 */
export function operatorSignIn({ token, report, corsOrigins = [], now = () => performance.now() }: SignInOptions) {
  const isToken = secretCheck(token)
  const refusals = new RateLimitedReport(report, now)
  const wrongTries = new WrongTries(now)
  return (request: FastifyRequest, reply: FastifyReply): string | undefined => {
    const given = passwordOf(request.headers.authorization)
    if (given !== undefined && isToken(given)) {
      if (!isFromElsewhere(request, corsOrigins)) return undefined
      reply.code(403)
      return 'A page of another site made this request.'
    }
    leaveBodyUnread(request, reply)
    // A browser's first request has no token, and is not counted.
    if (given !== undefined) {
      refusals.count()
      if (wrongTries.count(request.ip)) {
        reply.code(429).header('retry-after', String(WINDOW_MS / 1000))
        return 'There were too many wrong tokens from this network within a minute. The right one is still accepted.'
      }
    }
    reply.code(401).header('www-authenticate', CHALLENGE)
    return 'Sign in with any user name, and the value of HUBDEX_OPERATOR_TOKEN as password.'
  }
}

/** Whether a request has the token. */
export function tokenCheck(token: string): (request: FastifyRequest) => boolean {
  const isToken = secretCheck(token)
  return ({ headers }) => isToken(passwordOf(headers.authorization))
}

function passwordOf(authorization: string | undefined): string | undefined {
  const [, scheme = '', credentials = ''] = /^(basic|bearer) +(.+)$/i.exec(authorization ?? '') ?? []
  if (scheme === '') return undefined
  if (scheme.toLowerCase() === 'bearer') return credentials
  const text = Buffer.from(credentials, 'base64').toString('utf8')
  return text.slice(text.indexOf(':') + 1)
}

/** Browsers add the token to requests of any page. Pages of other sites may only read, as by a link. */
export function isFromElsewhere({ method, headers, host }: FastifyRequest, corsOrigins: readonly string[] = []): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return false
  if (headers.origin !== undefined && corsOrigins.includes(headers.origin)) return false
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin'
  if (headers.origin === undefined) return false
  return URL.parse(headers.origin)?.host !== host
}
