import type { Headers } from '../budget/rate-limit.ts'
import { forMessage } from '../for-message.ts'
import { isObject } from '../is-object.ts'
import { parseJson } from '../parse-json.ts'

/** Enough for the longest useful message, a list of all values that a parameter may have. */
const MAX_LENGTH = 10_000

/**
 * The server's message about an error, in any of the shapes that the Hub has used: the header, `{error}` with a text or a list
 * of texts, `{errors: [{message}]}`, plain text. Undefined for HTML and for an empty message.
 */
export function serverMessage(headers: Headers, body: string): string | undefined {
  const message = headers['x-error-message'] ?? jsonMessage(body) ?? plainMessage(headers, body)
  return message === undefined || message.trim() === '' ? undefined : message.slice(0, MAX_LENGTH)
}

/** Whether the body is JSON with an error in it, which only a Hub writes. */
export function isHubError(headers: Headers, body: string): boolean {
  return headers['x-error-code'] !== undefined || headers['x-error-message'] !== undefined || jsonMessage(body) !== undefined
}

/** The body as a JSON object; undefined for any other body. */
export function jsonObject(body: string): Record<string, unknown> | undefined {
  try {
    const json = parseJson(body)
    return isObject(json) ? json : undefined
  } catch {
    // Most errors of proxies are not JSON, and then there is no message of a Hub to find.
    return undefined
  }
}

function jsonMessage(body: string): string | undefined {
  const json = jsonObject(body)
  if (json === undefined) return undefined
  const { error, error_description: description, errors } = json
  const listed = Array.isArray(errors) ? errors.map((entry) => (isObject(entry) ? entry['message'] : entry)) : []
  const texts = [error, description, ...listed].flat().filter((text) => typeof text === 'string')
  return texts.length === 0 ? undefined : texts.join('; ')
}

function plainMessage(headers: Headers, body: string): string | undefined {
  return headers['content-type']?.startsWith('text/plain') ? forMessage(body) : undefined
}
