import {
  BrokenAnswer,
  ForeignRedirect,
  HubError,
  NotAuthorized,
  Refused,
  RepoNotFound,
  RetryLater,
} from '../../hub/errors.ts'
import { sanitizeText } from '../repos/sanitize-text.ts'

/** Why a task on a repo ends up as a failure. A closed list, to group by; the check of the table has the same. */
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

/** What is kept of a failure. */
export interface FailureReport {
  cause: FailureCause
  status: number | null
  /** The last answer in a sentence, without the token: errors of the Hub never hold it. */
  answer: string
}

const MAX_ANSWER_LENGTH = 1_000

/** The failure of a task during which its process ended, as found by another process. */
export const PROCESS_DIED: FailureReport = {
  cause: 'process-died',
  status: null,
  answer:
    'The process that worked on it ended before the task did: it ran out of memory, crashed or was killed. Tried again ' +
    'alone three times, then less and less often.',
}

/** How many processes may die with a task under way, one after the other, before it has to wait: most did nothing wrong. */
export const DEATHS_AT_ONCE = 3

/** The one place where errors become causes. An error that does not come from the Hub counts as a broken answer. */
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
