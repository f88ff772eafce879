import { setTimeout as delay } from 'node:timers/promises'
import type { ServiceContext } from '../context.ts'

/** Servers that start together with this process are there by then. */
const PATIENCE_MS = 30_000
const PAUSE_MS = 500

/** Opens what needs a server. Waits for one that does not listen yet, which a person at a command would rather be told at once. */
export async function awaitServer<Result>(
  open: () => Promise<Result>,
  { log, signal }: Pick<ServiceContext, 'log' | 'signal'>,
): Promise<Result> {
  const startedMs = performance.now()
  let isTold = false
  for (;;) {
    try {
      return await open()
    } catch (error) {
      if (!isNotListening(error) || performance.now() - startedMs > PATIENCE_MS) throw error
      if (!isTold) log(`${(error as Error).message} Waiting for it, for ${PATIENCE_MS / 1000} seconds at most.`, 'warn')
      isTold = true
      await delay(PAUSE_MS, undefined, { signal })
    }
  }
}

/** Nothing listens at the port, or there is no socket yet: at the bottom of what was made of it. */
function isNotListening(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === 'ECONNREFUSED' || (code === 'ENOENT' && syscall === 'connect')) return true
  return [error.cause, ...(error instanceof AggregateError ? error.errors : [])].some(isNotListening)
}
