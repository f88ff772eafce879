/** Wraps a function so that calls made while it runs share the result of the call in progress. */
export function singleFlight<Answer>(load: () => Promise<Answer>): () => Promise<Answer> {
  let inFlight: Promise<Answer> | undefined
  return () => {
    inFlight ??= load().finally(() => {
      inFlight = undefined
    })
    return inFlight
  }
}
