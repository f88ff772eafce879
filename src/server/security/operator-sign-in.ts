import type { FastifyReply, FastifyRequest } from 'fastify'
import { leaveBodyUnread } from '../util/unread-body.ts'
import { RateLimitedReport } from './rate-limited-report.ts'
import { secretCheck } from './secret-check.ts'
import { WINDOW_MS, WrongTries } from './wrong-tries.ts'

export interface SignInOptions {
  token: string
  /** Tells of wrong tokens. */
  report(count: number): void
  /** Milliseconds, never backwards. @default performance.now */
  now?: () => number
}

const CHALLENGE = 'Basic realm="hubdex operator", charset="UTF-8"'

/**
 * HTTP Basic, any user, the operator's token as password.
 *
 * The right token always passes, whatever others have tried from the same address: clients of a proxy may share one. So the
 * limit on wrong tokens spares the log and slows nobody down who has the token; what keeps it from being guessed is its
 * length.
 *
 * @returns a check of a request: undefined when it may go on, else the sentence with which it was refused; status and
 *   headers of the reply are set then
 */
export function operatorSignIn({ token, report, now = () => performance.now() }: SignInOptions) {
  const isToken = secretCheck(token)
  const refusals = new RateLimitedReport(report, now)
  const wrongTries = new WrongTries(now)
  return (request: FastifyRequest, reply: FastifyReply): string | undefined => {
    const given = passwordOf(request.headers.authorization)
    if (given !== undefined && isToken(given)) {
      if (!isFromElsewhere(request)) return undefined
      reply.code(403)
      return 'This request was made by a page of another site.'
    }
    leaveBodyUnread(request, reply)
    // The first visit comes without a token, and is no try.
    if (given !== undefined) {
      refusals.count()
      if (wrongTries.count(request.ip)) {
        reply.code(429).header('retry-after', String(WINDOW_MS / 1000))
        return 'There were too many wrong tokens from this network within a minute. The right one is still taken.'
      }
    }
    reply.code(401).header('www-authenticate', CHALLENGE)
    return 'Sign in with any user name and, as password, what HUBDEX_OPERATOR_TOKEN holds.'
  }
}

/** Undefined without one. */
function passwordOf(authorization: string | undefined): string | undefined {
  const [, scheme = '', credentials = ''] = /^(basic|bearer) +(.+)$/i.exec(authorization ?? '') ?? []
  if (scheme === '') return undefined
  if (scheme.toLowerCase() === 'bearer') return credentials
  const text = Buffer.from(credentials, 'base64').toString('utf8')
  return text.slice(text.indexOf(':') + 1)
}

/** A browser sends the token with whatever any page makes it send; only looking around may begin elsewhere, as by a link. */
function isFromElsewhere({ method, headers, host }: FastifyRequest): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin'
  if (headers.origin === undefined) return false
  return URL.parse(headers.origin)?.host !== host
}
