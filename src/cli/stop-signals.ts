/** Exit code of a run that the user stopped, as shells expect it: 128 + SIGINT. */
export const EXIT_STOPPED = 130

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * A signal that Ctrl-C, SIGTERM or a closed terminal (SIGHUP) aborts, so that commands end at the next safe point. A second
 * Ctrl-C or SIGTERM ends the process at once: every write is a transaction, so that is safe too, only not tidy. A closed
 * terminal sends its signal twice by itself: from the kernel and from the shell.
 */
export function stopOnSignals(log: (text: string) => void): { signal: AbortSignal; [Symbol.dispose](): void } {
  const controller = new AbortController()
  const stop = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      if (name === 'SIGHUP') return
      process.exit(EXIT_STOPPED)
    }
    log('Stopping at the next safe point. Once more to stop now.')
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
