import { type Headers, readRetryAfterMs } from '../budget/rate-limit.ts'
import {
  BrokenAnswer,
  type HubError,
  type HubErrorDetails,
  NotAuthorized,
  Refused,
  RepoNotFound,
  RetryLater,
} from '../errors.ts'
import { forMessage } from '../for-message.ts'
import type { Attempt } from './attempt.ts'
import { isHubError, jsonObject, serverMessage } from './server-message.ts'
import type { Exchange } from './transport/transport.ts'

/** Error codes of a 404 for something missing within an existing repo. */
const MISSING_IN_REPO = new Set(['RevisionNotFound', 'EntryNotFound'])

const BAD_TOKEN = 'Invalid credentials in Authorization header'

/** The error for an answer that is neither success nor redirect. Does not expect a 429, which throttle.ts handles. */
export function errorForResponse(
  { url, what, call: { route } }: Attempt,
  { status, headers, body }: Omit<Exchange, 'wireBytes' | 'body'> & { body: string },
  nowMs: number,
): HubError {
  const said = serverMessage(headers, body)
  const errorCode = headers['x-error-code']
  const details: HubErrorDetails = { ...traceOf(url, status, headers), serverMessage: said }
  const answered = `${what} was answered ${status}${said === undefined ? '' : ` (${forMessage(said)})`}`

  if (status === 501) return new Refused(`${answered}. The Hub does not support this here; a retry will not help.`, details)
  if (status === 408 || status >= 500) {
    const waitMs = readRetryAfterMs(headers, nowMs)
    const untilMs = waitMs === undefined ? undefined : nowMs + waitMs
    return new RetryLater(`${answered}.`, { ...details, advice: 'The Hub is failing; run it again later.', untilMs })
  }
  if (errorCode === 'GatedRepo') return new Refused(`${answered}. Ask its owner for access on the Hub.`, details)
  if (status === 401 && said?.includes(BAD_TOKEN)) {
    return new NotAuthorized(`${answered}. The token is invalid or has expired; set HF_TOKEN to a valid one.`, details)
  }
  if (status === 401 && (route !== 'repo' || !isHubError(headers, body))) {
    return new NotAuthorized(`${answered}. The server requires a token; set HF_TOKEN to one that it accepts.`, details)
  }
  if (status === 404 && errorCode !== undefined && MISSING_IN_REPO.has(errorCode)) {
    return new Refused(`${answered}. The repo exists; use a revision or file that it has.`, details)
  }
  if (status === 401 || status === 404 || status === 410) {
    if (route !== 'fixed' && isHubError(headers, body)) {
      return new RepoNotFound(`${answered}. It does not exist, or this caller may not see it.`, details)
    }
    return new BrokenAnswer(`${answered}, as no Hub does. ${IS_THIS_A_HUB}`, details)
  }
  if (status === 409) return new Refused(`${answered}. Nothing was changed.`, { ...details, answer: jsonObject(body) })
  if (status === 403 && route === 'change') {
    return new Refused(`${answered}. The token has no right to do this; set HF_TOKEN to one that has it.`, details)
  }
  if (status >= 400) return new Refused(`${answered}. Correct the request; a retry will not help.`, details)
  return new BrokenAnswer(`${answered}, expected 200 with JSON. ${IS_THIS_A_HUB}`, details)
}

export const IS_THIS_A_HUB = "Is this a Hub? Set the endpoint to a server that speaks the Hub's API."

/** The details of every error about an answer. */
export function traceOf(url: string, status: number, headers: Headers): HubErrorDetails {
  return { url, status, requestId: headers['x-request-id'], errorCode: headers['x-error-code'] }
}
