import { BrokenAnswer, ForeignRedirect, HubError, NotAuthorized, Refused, RepoNotFound, RetryLater } from '../../hub/errors.ts'
import { sanitizeText } from '../repos/sanitize-text.ts'

/** Why a task on a repo has failed. The check constraint of the table has the same list. */
export const FAILURE_CAUSES = [
  'server-error',
  'throttled',
  'timeout',
  'network',
  'broken-answer',
  'refused',
  'gated',
  'gone',
  'moved',
  'not-authorized',
  'too-large',
  'process-died',
] as const

export type FailureCause = (typeof FAILURE_CAUSES)[number]

export interface FailureReport {
  cause: FailureCause
  status: number | null
  /** The last error in a sentence. Errors of the Hub never contain the token. */
  answer: string
}

const MAX_ANSWER_LENGTH = 1_000

/** The failure of a task during which its process ended, as found by another process. */
export const PROCESS_DIED: FailureReport = {
  cause: 'process-died',
  status: null,
  answer:
    'The process that worked on the task ended first: it ran out of memory, crashed or was killed. The task is retried ' +
    'three times alone, then after growing delays.',
}

/** How many processes in a row may die during a task before it has to wait: most such tasks are innocent. */
export const DEATHS_AT_ONCE = 3

/** Turns an error into a failure. An error that does not come from the Hub counts as a broken answer. */
export function failureReport(error: unknown): FailureReport {
  const message = error instanceof Error ? error.message : String(error)
  return {
    cause: causeOf(error),
    status: error instanceof HubError ? (error.status ?? null) : null,
    answer: sanitizeText(message, MAX_ANSWER_LENGTH),
  }
}

function causeOf(error: unknown): FailureCause {
  if (error instanceof RepoNotFound) return 'gone'
  if (error instanceof ForeignRedirect) return 'moved'
  if (error instanceof NotAuthorized) return 'not-authorized'
  if (error instanceof Refused) return error.isGated ? 'gated' : 'refused'
  if (error instanceof RetryLater) {
    if (error.status === 429) return 'throttled'
    if (error.status !== undefined) return 'server-error'
    return error.isTimeout ? 'timeout' : 'network'
  }
  return error instanceof BrokenAnswer && error.isTooLarge ? 'too-large' : 'broken-answer'
}
