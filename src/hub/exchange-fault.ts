import { BrokenAnswer, type HubErrorDetails, RetryLater } from './errors.ts'

interface Limits {
  isBodyLate: boolean
  connectTimeoutMs: number
  headersTimeoutMs: number
  bodyTimeoutMs: number
  maxResponseBytes: number
}

/** No whole answer came. */
export class ExchangeFault extends Error {
  override readonly name = 'ExchangeFault'
  /** Whether asking again may help. False when it is the server's doing and will be so again. */
  readonly isPassing: boolean
  /** Nobody was there to take the request, whatever it was. */
  readonly isUnreachable: boolean

  constructor(message: string, isPassing: boolean, cause: unknown, isUnreachable = false) {
    super(message, { cause })
    this.isPassing = isPassing
    this.isUnreachable = isUnreachable
  }

  /** The same as an error of this room. */
  toHubError(what: string, details: HubErrorDetails & { url: string }): RetryLater | BrokenAnswer {
    const { isUnreachable, message, cause } = this
    if (!this.isPassing) return new BrokenAnswer(`${what}: ${message}`, { ...details, cause })
    const found = isUnreachable ? `${new URL(details.url).origin} cannot be reached: ${message}` : `${what}: ${message}`
    const advice = 'Check the endpoint and the network, then run it again.'
    return new RetryLater(found, { ...details, advice, isUnreachable, cause })
  }
}

/** Says in a sentence what an error of undici, zlib, the socket or TLS means. */
export function faultOf(error: unknown, limits: Limits): ExchangeFault {
  if (limits.isBodyLate) return late('the whole answer', limits.bodyTimeoutMs, error)
  const code = codeOf(error)
  switch (code) {
    case 'UND_ERR_CONNECT_TIMEOUT':
      return late('a connection', limits.connectTimeoutMs, error)
    case 'UND_ERR_HEADERS_TIMEOUT':
      return late('an answer', limits.headersTimeoutMs, error)
    case 'UND_ERR_BODY_TIMEOUT':
      return late('more of the answer', limits.bodyTimeoutMs, error)
    case 'UND_ERR_RES_EXCEEDED_MAX_SIZE':
    case 'ERR_BUFFER_TOO_LARGE':
      return new ExchangeFault(
        `the answer is larger than ${limits.maxResponseBytes} bytes. Ask for smaller pages, or raise the limit.`,
        false,
        error,
      )
    case 'ECONNREFUSED':
      return new ExchangeFault('nothing listens there (connection refused).', true, error, true)
    case 'ENOTFOUND':
      return new ExchangeFault('the host name is not known.', true, error, true)
    case 'UND_ERR_HEADERS_OVERFLOW':
      return new ExchangeFault('the headers of the answer are too large.', false, error)
  }
  if (isCertificateCode(code)) {
    return new ExchangeFault(`the server's certificate is not trusted (${code}).`, false, error)
  }
  if (code.startsWith('HPE_') || code === 'HTTPParserError') {
    return new ExchangeFault('the server does not speak HTTP.', false, error)
  }
  if (code.startsWith('Z_') || code.startsWith('ERR_BROTLI') || code.startsWith('ERR__ERROR_FORMAT')) {
    return new ExchangeFault(`the compressed answer is cut short or damaged (${code}).`, true, error)
  }
  return new ExchangeFault(`the connection broke before the whole answer came (${code}).`, true, error)
}

function late(what: string, limitMs: number, cause: unknown): ExchangeFault {
  return new ExchangeFault(`${what} did not come within ${limitMs / 1000} s.`, true, cause)
}

function isCertificateCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL/.test(code)
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
