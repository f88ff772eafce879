/** Messages may quote hostile text of any length, and each is kept in the queue for a while. */
const LONGEST_REASON = 1000

/** What an error says, on one line and never empty: a connection to several addresses fails without a message of its own. */
export function reasonOf(error: unknown): string {
  const text = error instanceof AggregateError ? reasonOf(error.errors[0]) : messageOf(error)
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_REASON) || 'unknown'
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message || String((error as NodeJS.ErrnoException).code ?? error.name)
}
