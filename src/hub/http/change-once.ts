import type { HubContext } from '../context.ts'
import { apiUrl } from '../endpoint.ts'
import { OutcomeUnknown, RetryLater } from '../errors.ts'
import type { ChangeAnswer } from './requester.ts'
import type { ChangeRequest } from './transport/transport.ts'

export interface WriteOptions {
  signal?: AbortSignal | undefined
}

/**
 * Sends a change that must not be repeated blindly.
 *
 * @param path below `/api/`
 * @param thing what is changed, such as `The model`: begins a sentence of the error
 * @throws OutcomeUnknown when no clear answer came; otherwise as a change does
 */
export async function changeOnce(
  { endpoint, requester }: Pick<HubContext, 'endpoint' | 'requester'>,
  path: string,
  change: ChangeRequest,
  thing: string,
  { signal }: WriteOptions = {},
): Promise<ChangeAnswer> {
  const url = apiUrl(endpoint, path)
  try {
    return await requester.change(url, { ...change, route: 'change', signal, retries: 0 })
  } catch (error) {
    if (!(error instanceof RetryLater) || error.status === 429 || neverLeft(error.cause)) throw error
    throw new OutcomeUnknown(
      `${error.message} ${thing} may or may not have been changed, so the request was not repeated: look it up first.`,
      { url, status: error.status, requestId: error.requestId, serverMessage: error.serverMessage, cause: error },
    )
  }
}

/** Without a connection nothing can have been changed. */
function neverLeft(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'UND_ERR_CONNECT_TIMEOUT'
}
