import { describeError } from '../catalog/postgres/errors.ts'

/** Messages may quote hostile text of any length, and each is stored in the queue for a while. */
const LONGEST_REASON = 1000

/** ioredis reports a command that it could not send this way. */
const NOT_SENT = /Reached the max retries per request limit.*$/

/** The message of an error, on one line and never empty. */
export function taskReason(error: unknown): string {
  const reason = describeError(error).replace(NOT_SENT, 'the connection to it is broken')
  return reason.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_REASON) || 'unknown'
}
