import { reasonOf as fullReasonOf } from '../catalog/database-advice.ts'

/** Messages may quote hostile text of any length, and each is kept in the queue for a while. */
const LONGEST_REASON = 1000

/** What an error says, on one line and never empty. */
export function reasonOf(error: unknown): string {
  return fullReasonOf(error).replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_REASON) || 'unknown'
}
