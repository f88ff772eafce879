import { type Dispatcher, fetch, type RequestInit } from 'undici'

/** An error response, or one that is not JSON. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest'
  readonly status: number
  /** Meilisearch's error code; undefined if the response is not from Meilisearch. */
  readonly code: string | undefined

  constructor(status: number, code: string | undefined, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/**
 * Replaces the client's own implementation, which reports the HTML response of a proxy as a syntax error and hides its status.
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
