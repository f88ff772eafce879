/** What is known about the failed exchange. Never holds the token. */
export interface HubErrorDetails {
  /** As it was requested; a saved `next` link stays verbatim. */
  url?: string | undefined
  status?: number | undefined
  /** `X-Request-Id`, which the Hub's support asks for. */
  requestId?: string | undefined
  /** `X-Error-Code`, such as `RepoNotFound` or `GatedRepo`. */
  errorCode?: string | undefined
  /** What the server wrote about it, capped but otherwise unchanged: hostile text. The error's message holds a safe form. */
  serverMessage?: string | undefined
  /** The whole JSON of the answer, if it was an object: hostile values. */
  answer?: Readonly<Record<string, unknown>> | undefined
  /** What to do; a sentence that ends the message. */
  advice?: string | undefined
  cause?: unknown
}

/** An answer, or a missing answer, that the caller has to handle. The subclass says how. */
export class HubError extends Error {
  override readonly name: string = 'HubError'
  readonly url: string | undefined
  readonly status: number | undefined
  readonly requestId: string | undefined
  readonly errorCode: string | undefined
  readonly serverMessage: string | undefined
  /** Such as with the `slug` of the collection that exists already. */
  readonly answer: Readonly<Record<string, unknown>> | undefined
  /** The message without the advice, which does not apply while hubdex retries by itself. */
  readonly finding: string

  constructor(finding: string, details: HubErrorDetails = {}) {
    const { advice, cause } = details
    super(advice === undefined ? finding : `${finding} ${advice}`, cause === undefined ? undefined : { cause })
    this.finding = finding
    this.url = details.url
    this.status = details.status
    this.requestId = details.requestId
    this.errorCode = details.errorCode
    this.serverMessage = details.serverMessage
    this.answer = details.answer
  }
}

interface RetryLaterDetails extends HubErrorDetails {
  untilMs?: number | undefined
  isUnreachable?: boolean
  isTimeout?: boolean
}

/** Nothing is wrong with the request. Retries were used up; try again later, not before `untilMs` if it is known. */
export class RetryLater extends HubError {
  override readonly name = 'RetryLater'
  /** Milliseconds since 1970. */
  readonly untilMs: number | undefined
  /** No server took the request. */
  readonly isUnreachable: boolean
  /** A connection, or the rest of an answer, did not come in time. */
  readonly isTimeout: boolean

  constructor(message: string, details: RetryLaterDetails = {}) {
    super(message, details)
    this.untilMs = details.untilMs
    this.isUnreachable = details.isUnreachable ?? false
    this.isTimeout = details.isTimeout ?? false
  }
}

/** A change was requested and no clear answer came: it may or may not have been made. Check before repeating it. */
export class OutcomeUnknown extends HubError {
  override readonly name = 'OutcomeUnknown'
}

/** The caller's own limit of requests is reached. Nothing was sent; another client may continue. */
export class RequestLimitReached extends HubError {
  override readonly name: string = 'RequestLimitReached'
}

/** The caller would have to wait longer for the budget than it wants to. Nothing was sent; continue after `untilMs`. */
export class QuotaExhausted extends RequestLimitReached {
  override readonly name = 'QuotaExhausted'
  /** Milliseconds since 1970. */
  readonly untilMs: number

  constructor(untilMs: number) {
    super(`The request budget is exhausted until ${new Date(untilMs).toISOString()}; the next run continues from there.`)
    this.untilMs = untilMs
  }
}

/** The repo is missing, or hidden from this caller: the Hub does not distinguish the two. */
export class RepoNotFound extends HubError {
  override readonly name = 'RepoNotFound'
}

/**
 * A URL leads to another host, or a name to another repo. Nothing was taken from there; the caller decides whether to trust
 * it.
 */
export class ForeignRedirect extends HubError {
  override readonly name = 'ForeignRedirect'
  readonly to: string

  constructor(message: string, details: HubErrorDetails & { to: string }) {
    super(message, details)
    this.to = details.to
  }
}

/** The Hub understood the request and refused it. The same request will be refused again. */
export class Refused extends HubError {
  override readonly name = 'Refused'

  /** The repo exists, and its owner must be asked for access. */
  get isGated(): boolean {
    return this.errorCode === 'GatedRepo'
  }

  /** The repo exists, and the Hub has closed it. The Hub sends no code for this, only this sentence. */
  get isDisabled(): boolean {
    return this.serverMessage?.startsWith('Access to this resource is disabled') ?? false
  }
}

/** The token is invalid, or the server requires one: every request will fail until that is corrected. */
export class NotAuthorized extends HubError {
  override readonly name = 'NotAuthorized'
}

/** The answer is not one that a Hub sends: not JSON, another shape, too large, or with a link to another host. */
export class BrokenAnswer extends HubError {
  override readonly name = 'BrokenAnswer'
  /** The answer looks damaged in transit, so a retry may help. */
  readonly isDamaged: boolean
  /** The answer costs more to process than an ordinary one: request less at a time. */
  readonly isTooLarge: boolean

  constructor(message: string, details: HubErrorDetails & { isDamaged?: boolean; isTooLarge?: boolean } = {}) {
    super(message, details)
    this.isDamaged = details.isDamaged ?? false
    this.isTooLarge = details.isTooLarge ?? false
  }
}

/** The link to the next page leads elsewhere or in a circle, so its page is not trusted either. */
export class BrokenLink extends BrokenAnswer {}

/**
 * One page of a list always fails, even for a single repo with the fewest properties, while other pages answer. `cause` is the
 * latest failure.
 */
export class BadPage extends HubError {
  override readonly name = 'BadPage'
  /** What was spent on the page. */
  readonly requests: number

  constructor(cause: HubError, requests: number) {
    super(`One page of the list fails every time, even with the fewest properties: ${cause.finding}`, {
      url: cause.url,
      status: cause.status,
      requestId: cause.requestId,
      errorCode: cause.errorCode,
      serverMessage: cause.serverMessage,
      cause,
    })
    this.requests = requests
  }
}
