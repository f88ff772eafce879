/** What is known of the exchange that went wrong. Never holds the token. */
export interface HubErrorDetails {
  /** As it was asked for, a saved `next` link verbatim. */
  url?: string | undefined
  status?: number | undefined
  /** `X-Request-Id`, which the Hub's support asks for. */
  requestId?: string | undefined
  /** `X-Error-Code`, such as `RepoNotFound` or `GatedRepo`. */
  errorCode?: string | undefined
  /** What the server wrote about it, as it came but for a cap: hostile text. The error's own message has it made safe. */
  serverMessage?: string | undefined
  /** What to do, in a sentence that ends the message. */
  advice?: string | undefined
  cause?: unknown
}

/** An answer, or the lack of one, that the caller has to deal with. Subclasses say how. */
export class HubError extends Error {
  override readonly name: string = 'HubError'
  readonly url: string | undefined
  readonly status: number | undefined
  readonly requestId: string | undefined
  readonly errorCode: string | undefined
  readonly serverMessage: string | undefined
  /** The message without advice, which is of no use while asking goes on. */
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
  }
}

interface RetryLaterDetails extends HubErrorDetails {
  untilMs?: number | undefined
  isUnreachable?: boolean
}

/** Nothing is wrong with the request: ask again, not before `untilMs` where it is known. Retries were used up. */
export class RetryLater extends HubError {
  override readonly name = 'RetryLater'
  /** Milliseconds since 1970. */
  readonly untilMs: number | undefined
  /** Nobody was there to take the request. */
  readonly isUnreachable: boolean

  constructor(message: string, details: RetryLaterDetails = {}) {
    super(message, details)
    this.untilMs = details.untilMs
    this.isUnreachable = details.isUnreachable ?? false
  }
}

/** A change was asked for and no clear answer came: it may have been made or not. Look before asking again. */
export class OutcomeUnknown extends HubError {
  override readonly name = 'OutcomeUnknown'
}

/** The caller's own limit of requests is reached. Nothing was sent; another client may go on. */
export class RequestLimitReached extends HubError {
  override readonly name: string = 'RequestLimitReached'
}

/** The caller would have to wait for the budget for longer than it wants to. Nothing was sent; go on after `untilMs`. */
export class QuotaExhausted extends RequestLimitReached {
  override readonly name = 'QuotaExhausted'
  /** Milliseconds since 1970. */
  readonly untilMs: number

  constructor(untilMs: number) {
    super(`The budget of requests is spent until ${new Date(untilMs).toISOString()}; the next run goes on from there.`)
    this.untilMs = untilMs
  }
}

/** The repo is missing, or hidden from this caller: the Hub does not tell the two apart. */
export class RepoNotFound extends HubError {
  override readonly name = 'RepoNotFound'
}

/** The server sends us to another host. Nothing was sent there; whether to trust it is the caller's decision. */
export class ForeignRedirect extends HubError {
  override readonly name = 'ForeignRedirect'
  readonly to: string

  constructor(message: string, details: HubErrorDetails & { to: string }) {
    super(message, details)
    this.to = details.to
  }
}

/** The Hub understood and said no: the same request will be refused again. */
export class Refused extends HubError {
  override readonly name = 'Refused'

  /** The repo exists, and its owner wants to be asked for access. */
  get isGated(): boolean {
    return this.errorCode === 'GatedRepo'
  }

  /** The repo exists, and the Hub has closed it. There is no code for it, only this sentence. */
  get isDisabled(): boolean {
    return this.serverMessage?.startsWith('Access to this resource is disabled') ?? false
  }
}

/** The token is bad, or the server wants one: nothing will work until that is put right. */
export class NotAuthorized extends HubError {
  override readonly name = 'NotAuthorized'
}

/** What came is not what a Hub answers: not JSON, another shape, too big, a link to another host. */
export class BrokenAnswer extends HubError {
  override readonly name = 'BrokenAnswer'
  /** True when the answer looks damaged on its way, so that asking again may help. */
  readonly isDamaged: boolean
  /** True when it would cost more to take than an honest answer does: ask for less at a time. */
  readonly isTooLarge: boolean

  constructor(message: string, details: HubErrorDetails & { isDamaged?: boolean; isTooLarge?: boolean } = {}) {
    super(message, details)
    this.isDamaged = details.isDamaged ?? false
    this.isTooLarge = details.isTooLarge ?? false
  }
}

/** The link to the next page leads elsewhere or in a circle, and the page with it is not to be trusted. */
export class BrokenLink extends BrokenAnswer {}

/**
 * One page of a list never answers well, neither with a single repo nor with the fewest properties, while other pages do.
 * `cause` is what came last.
 */
export class BadPage extends HubError {
  override readonly name = 'BadPage'
  /** What was spent on it. */
  readonly requests: number

  constructor(cause: HubError, requests: number) {
    super(`One page of the list never answers well, whatever is asked of it: ${cause.finding}`, {
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
