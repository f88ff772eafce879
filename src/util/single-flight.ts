/** The same function, but those that call it while it works get the answer of that one call. */
export function singleFlight<Answer>(look: () => Promise<Answer>): () => Promise<Answer> {
  let underWay: Promise<Answer> | undefined
  return () => {
    underWay ??= look().finally(() => {
      underWay = undefined
    })
    return underWay
  }
}
