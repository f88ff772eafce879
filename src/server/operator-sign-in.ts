import type { FastifyReply, FastifyRequest } from 'fastify'
import { CountedRefusals } from './counted-refusals.ts'
import { secretCheck } from './secret-check.ts'

export interface SignInOptions {
  token: string
  /** Tells of wrong tokens. */
  tell(count: number): void
  /** Milliseconds, never backwards. @default performance.now */
  now?: () => number
}

/** Wrong tokens from one address within a minute; after them it is not even looked at what that address sends. */
const MAX_WRONG = 10
const WINDOW_MS = 60_000
/** Addresses that are remembered. */
const MAX_ADDRESSES = 10_000

const CHALLENGE = 'Basic realm="hubdex operator", charset="UTF-8"'

/**
 * HTTP Basic, any user, the operator's token as password.
 *
 * @returns a check of a request: undefined when it may go on, else the sentence with which it was refused; status and
 *   headers of the reply are set then
 */
export function operatorSignIn({ token, tell, now = () => performance.now() }: SignInOptions) {
  const isToken = secretCheck(token)
  const refusals = new CountedRefusals(tell, now)
  const wrongTries = new WrongTries(now)
  return (request: FastifyRequest, reply: FastifyReply): string | undefined => {
    if (wrongTries.areTooMany(request.ip)) {
      reply.code(429).header('retry-after', String(WINDOW_MS / 1000))
      return 'There were too many wrong tokens from this address. Try again in a minute.'
    }
    const given = passwordOf(request.headers.authorization)
    if (given !== undefined && isToken(given)) {
      if (!isFromElsewhere(request)) return undefined
      reply.code(403)
      return 'This request was made by a page of another site.'
    }
    // The first visit comes without a token, and is no try.
    if (given !== undefined) {
      wrongTries.count(request.ip)
      refusals.count()
    }
    reply.code(401).header('www-authenticate', CHALLENGE)
    return 'Sign in with any user name and, as password, what HUBDEX_OPERATOR_TOKEN holds.'
  }
}

/** Undefined without one. */
function passwordOf(authorization: string | undefined): string | undefined {
  const [scheme = '', credentials] = (authorization ?? '').split(' ', 2)
  if (credentials === undefined) return undefined
  if (scheme.toLowerCase() === 'bearer') return credentials
  if (scheme.toLowerCase() !== 'basic') return undefined
  const text = Buffer.from(credentials, 'base64').toString('utf8')
  return text.slice(text.indexOf(':') + 1)
}

/** A browser sends the token with whatever any page makes it send; only looking around may begin elsewhere, as by a link. */
function isFromElsewhere({ method, headers }: FastifyRequest): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin'
  if (headers.origin === undefined) return false
  return URL.parse(headers.origin)?.host !== headers.host
}

/** Wrong tokens by address, in windows of a minute. */
class WrongTries {
  readonly #now: () => number
  #counts = new Map<string, number>()
  #windowEndsAt = 0

  constructor(now: () => number) {
    this.#now = now
  }

  count(address: string): void {
    this.#advance()
    if (this.#counts.size >= MAX_ADDRESSES) return
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1)
  }

  areTooMany(address: string): boolean {
    this.#advance()
    return (this.#counts.get(address) ?? 0) >= MAX_WRONG
  }

  #advance(): void {
    if (this.#now() < this.#windowEndsAt) return
    this.#counts = new Map()
    this.#windowEndsAt = this.#now() + WINDOW_MS
  }
}
