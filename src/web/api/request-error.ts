import { isCatalogUnavailable } from '../state/online.ts'

/** A problem of a request, in words for the reader. `code` decides how it is shown. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly code: 'offline' | 'refused' | 'missing' | 'unauthorized' | 'too-many' | 'unavailable' | 'failed'
  /** The HTTP status; undefined if the server did not answer. */
  readonly status: number | undefined
  /** The problem details (RFC 9457) of the answer, or an empty object. */
  readonly details: Readonly<Record<string, unknown>>

  /** Whether it passes without the reader: what was shown stays, and the request is repeated. */
  get isPassing(): boolean {
    return this.code === 'offline' || this.code === 'unavailable'
  }

  constructor(code: RequestError['code'], message: string, status?: number, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.status = status
    this.details = details
  }
}

/** What a request has thrown, for the reader. */
export function asRequestError(error: unknown): RequestError {
  return error instanceof RequestError ? error : new RequestError('failed', String(error))
}

/** The error for an answer other than 2xx. */
export async function errorOf(response: Response): Promise<RequestError> {
  const details = await readDetails(response)
  if (details['code'] === 'catalog-unavailable') isCatalogUnavailable.value = true
  const said = [details['detail'], details['title'], details['error']].find((text) => typeof text === 'string' && text !== '')
  const text = typeof said === 'string' ? said : `The server answered with status ${response.status}.`
  return new RequestError(codeOf(response.status), text, response.status, details)
}

function codeOf(status: number): RequestError['code'] {
  if (status === 401 || status === 403) return 'unauthorized'
  if (status === 404 || status === 410) return 'missing'
  if (status === 429) return 'too-many'
  if (status === 503 || status === 504) return 'unavailable'
  return status < 500 ? 'refused' : 'failed'
}

async function readDetails(response: Response): Promise<Record<string, unknown>> {
  if (!/json/.test(response.headers.get('content-type') ?? '')) return {}
  try {
    const value: unknown = await response.json()
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
