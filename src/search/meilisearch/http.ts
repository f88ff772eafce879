import { type Dispatcher, fetch, type RequestInit } from 'undici'

/** What a server answered that was not what was asked for. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest'
  readonly status: number
  /** Meilisearch's name for what is wrong; undefined when it was not Meilisearch that answered. */
  readonly code: string | undefined

  constructor(status: number, code: string | undefined, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/**
 * Makes one request. The client's own way takes the answer of anything that stands before the server, which is HTML, for an
 * error of syntax, and hides its status.
 *
 * @throws RefusedRequest
 */
export async function requestJson(url: string | URL, init: RequestInit, dispatcher: Dispatcher): Promise<unknown> {
  const response = await fetch(url, { ...init, dispatcher })
  const text = await response.text()
  const body = text === '' ? undefined : jsonOf(text)
  if (response.ok && (text === '' || body !== undefined)) return body
  const { code, message } = (typeof body === 'object' && body !== null ? body : {}) as {
    code?: unknown
    message?: unknown
  }
  throw new RefusedRequest(
    response.status,
    typeof code === 'string' ? code : undefined,
    typeof message === 'string' ? message : `HTTP ${response.status}`,
  )
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
