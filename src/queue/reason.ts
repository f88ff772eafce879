import { describeError } from '../catalog/postgres/errors.ts'

/** Messages may quote hostile text of any length, and each is kept in the queue for a while. */
const LONGEST_REASON = 1000

/** What ioredis says of a command that it could not send. */
const NOT_SENT = /Reached the max retries per request limit.*$/

/** What an error says, on one line and never empty. */
export function taskReason(error: unknown): string {
  const reason = describeError(error).replace(NOT_SENT, 'the connection to it is broken')
  return reason.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_REASON) || 'unknown'
}
