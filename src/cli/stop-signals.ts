/** Exit code of a run that the user stopped, as shells expect it: 128 + SIGINT. */
export const EXIT_STOPPED = 130

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Returns a signal that Ctrl-C, SIGTERM or a closed terminal (SIGHUP) aborts, so that commands stop at the next safe point.
 * A second Ctrl-C or SIGTERM exits at once, which is safe because every write is a transaction. A second SIGHUP is ignored:
 * a closed terminal causes two, from the kernel and from the shell.
 */
export function stopOnSignals(log: (text: string) => void): { signal: AbortSignal; [Symbol.dispose](): void } {
  const controller = new AbortController()
  const stop = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      if (name === 'SIGHUP') return
      process.exit(EXIT_STOPPED)
    }
    log('Stopping at the next safe point. Repeat to stop now.')
    controller.abort(new Error('Stopped by the user.'))
  }
  for (const name of STOP_SIGNALS) process.on(name, stop)
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of STOP_SIGNALS) process.off(name, stop)
    },
  }
}
