import { addressOf } from '../navigation/location.ts'
import { isCatalogUnavailable } from '../state/online.ts'
import { parseExactly } from './parse-exactly.ts'
import { positionHeaders, rememberPosition } from './position.ts'
import { errorOf, RequestError } from './request-error.ts'

interface RequestOptions {
  signal?: AbortSignal
  /** Sent as JSON, by POST. */
  body?: unknown
}

/**
 * Reads JSON from the server.
 * @param path such as `/api/v1/status`
 * @throws RequestError, or the reason of the signal
 */
export async function request<Answer>(path: string, { signal, body }: RequestOptions = {}): Promise<Answer> {
  const response = await send(path, {
    headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    ...(signal && { signal }),
  })
  if (!response.ok) throw await errorOf(response)
  isCatalogUnavailable.value = false
  return parseExactly(await response.text()) as Answer
}

/** @throws RequestError if there is no answer */
export async function send(path: string, options: RequestInit): Promise<Response> {
  try {
    const response = await fetch(addressOf(path), { ...options, headers: { ...options.headers, ...positionHeaders() } })
    rememberPosition(response)
    return response
  } catch (error) {
    options.signal?.throwIfAborted()
    throw new RequestError('offline', 'The server does not answer. Is it still running, and the network up?', undefined, {
      reason: String(error),
    })
  }
}
