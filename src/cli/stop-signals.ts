/** Exit code of a run that the user stopped, as shells expect it: 128 + SIGINT. */
export const EXIT_STOPPED = 130

/**
 * A signal that Ctrl-C (or SIGTERM) aborts, so that commands end at the next safe point. A second one ends the process
 * at once: every write is a transaction, so that is safe too, only not tidy.
 */
export function stopOnSignals(log: (text: string) => void): { signal: AbortSignal; [Symbol.dispose](): void } {
  const controller = new AbortController()
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT_STOPPED)
    log('Stopping at the next safe point. Once more to stop now.')
    controller.abort(new Error('Stopped by the user.'))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
    },
  }
}
