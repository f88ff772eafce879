/** Rejects with what `late` makes when the promise takes longer; that promise itself goes on. */
export async function withDeadline<Result>(
  promise: Promise<Result>,
  timeoutMs: number,
  late: () => Error,
): Promise<Result> {
  const deadline = Promise.withResolvers<never>()
  const timer = setTimeout(() => deadline.reject(late()), timeoutMs)
  promise.catch(() => undefined)
  try {
    return await Promise.race([promise, deadline.promise])
  } finally {
    clearTimeout(timer)
  }
}
