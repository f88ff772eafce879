import { type ForwardProxy, ProxyUnreachable, proxyLabel } from '../../../network/proxies.ts'
import { InsideAddress } from '../../../network/public-address.ts'
import { BrokenAnswer, type HubErrorDetails, RetryLater } from '../../errors.ts'
import { certificateFault } from './certificate-fault.ts'

export interface TransportTimeouts {
  connectTimeoutMs: number
  headersTimeoutMs: number
  /** The longest pause within a body. */
  bodyTimeoutMs: number
  /** For one whole exchange, from connecting to the last byte. */
  exchangeTimeoutMs: number
}

/** The circumstances of the failure. */
interface Circumstances extends TransportTimeouts {
  isOverdue: boolean
  /** The proxy for the request, which undici skips if `NO_PROXY` names the host. */
  proxy: ForwardProxy | undefined
}

interface TransportErrorKind {
  /** Whether a retry may help. False for a fault of the server that will occur again. */
  isPassing: boolean
  /** No server took the request. */
  isUnreachable?: boolean
  isTimeout?: boolean
  /** The answer costs more to process than an ordinary one. */
  isTooLarge?: boolean
  cause?: unknown
}

/** No whole answer came. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly kind: Readonly<TransportErrorKind>

  constructor(message: string, kind: TransportErrorKind) {
    super(message, { cause: kind.cause })
    this.kind = kind
  }

  /** The error that callers of the client see. */
  toHubError(what: string, details: HubErrorDetails & { url: string }): RetryLater | BrokenAnswer {
    const { message, cause } = this
    const { isPassing, isUnreachable = false, isTimeout = false, isTooLarge = false } = this.kind
    if (!isPassing) return new BrokenAnswer(`${what}: ${message}`, { ...details, isTooLarge, cause })
    const found = isUnreachable ? `${new URL(details.url).origin} cannot be reached: ${message}` : `${what}: ${message}`
    const advice = 'Check the endpoint and the network, then run it again.'
    return new RetryLater(found, { ...details, advice, isUnreachable, isTimeout, cause })
  }
}

/** Describes an error of undici, zlib, the socket, TLS or a proxy in a sentence. */
export function toTransportError(error: unknown, circumstances: Circumstances): TransportError {
  if (error instanceof TransportError) return error
  const { isOverdue, exchangeTimeoutMs, proxy } = circumstances
  if (isOverdue) {
    const raise = 'Raise HUBDEX_EXCHANGE_TIMEOUT_MS if the network is that slow.'
    return late('the end of the answer', exchangeTimeoutMs, error, ` ${raise}`)
  }
  if (error instanceof InsideAddress) {
    const message =
      `${error.message}, which is in a private network, expected a public address. It was not followed; if the Hub stores ` +
      'files there, name the host in HUBDEX_FILE_HOSTS.'
    return lasting(message, error)
  }
  if (proxy !== undefined) {
    const refusal = refusedByProxy(error, proxy)
    if (refusal !== undefined) return refusal
    if (error instanceof ProxyUnreachable) return unreachableProxy(error, proxy, circumstances)
  }
  return errorOfCode(codeOf(error), error, circumstances)
}

function errorOfCode(code: string, error: unknown, limits: TransportTimeouts): TransportError {
  switch (code) {
    case 'UND_ERR_CONNECT_TIMEOUT':
      return late('a connection', limits.connectTimeoutMs, error)
    case 'UND_ERR_HEADERS_TIMEOUT':
      return late('an answer', limits.headersTimeoutMs, error)
    case 'UND_ERR_BODY_TIMEOUT':
      return late('more of the answer', limits.bodyTimeoutMs, error)
    case 'ECONNREFUSED':
      return passing('nothing listens there (connection refused).', error, true)
    case 'ENOTFOUND':
      return passing('the host name does not exist.', error, true)
    case 'EAI_AGAIN':
      return passing('the host name cannot be looked up.', error, true)
    case 'UND_ERR_HEADERS_OVERFLOW':
      return lasting('the headers of the answer are too large.', error)
  }
  const certificate = certificateFault(code, error)
  if (certificate !== undefined) return lasting(certificate, error)
  if (code.startsWith('HPE_') || code === 'HTTPParserError') return lasting('the server does not speak HTTP.', error)
  if (code.startsWith('Z_') || code.startsWith('ERR_BROTLI') || code.startsWith('ERR__ERROR_FORMAT')) {
    return passing(`the compressed answer is cut short or damaged (${code}).`, error)
  }
  return passing(`the connection broke before the whole answer came (${code}).`, error)
}

/** The proxy itself refused. undici reports this in two messages only. */
function refusedByProxy(error: unknown, proxy: ForwardProxy): TransportError | undefined {
  const text = error instanceof Error ? error.message : ''
  const status = Number(/^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(text)?.[1])
  if (Number.isNaN(status)) return undefined
  const answered = `the proxy ${proxyLabel(proxy)} answered ${status}`
  if (status === 407) {
    return lasting(`${answered}: it requires a login. Put user and password into ${proxy.variable}.`, error)
  }
  return status >= 500
    ? passing(`${answered}: it cannot reach the host behind it.`, error)
    : lasting(`${answered}: it does not allow this host. Ask its operator, or name the host in NO_PROXY.`, error)
}

function unreachableProxy(
  { message, cause }: ProxyUnreachable,
  proxy: ForwardProxy,
  limits: TransportTimeouts,
): TransportError {
  const fault = cause === undefined ? lasting(message, cause) : errorOfCode(codeOf(cause), cause, limits)
  const found = `the proxy ${proxyLabel(proxy)} cannot be used: ${fault.message} Check ${proxy.variable}.`
  return new TransportError(found, { ...fault.kind, cause })
}

function late(what: string, limitMs: number, cause: unknown, advice = ''): TransportError {
  const message = `${what} did not come within ${limitMs / 1000} s.${advice}`
  return new TransportError(message, { isPassing: true, isTimeout: true, cause })
}

function passing(message: string, cause: unknown, isUnreachable = false): TransportError {
  return new TransportError(message, { isPassing: true, isUnreachable, cause })
}

function lasting(message: string, cause: unknown): TransportError {
  return new TransportError(message, { isPassing: false, cause })
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
