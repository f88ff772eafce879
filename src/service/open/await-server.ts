import { setTimeout as delay } from 'node:timers/promises'
import type { ServiceContext } from '../context.ts'

/** Servers that start together with this process are up by then. */
const MAX_WAIT_MS = 30_000
const POLL_MS = 500

/** Opens a connection, and waits for a server that does not listen yet. Only for services: a command should fail at once. */
export async function awaitServer<Result>(
  open: () => Promise<Result>,
  { log, signal }: Pick<ServiceContext, 'log' | 'signal'>,
): Promise<Result> {
  const startedMs = performance.now()
  let hasLogged = false
  for (;;) {
    try {
      return await open()
    } catch (error) {
      if (!isNotListening(error) || performance.now() - startedMs > MAX_WAIT_MS) throw error
      if (!hasLogged) log(`${(error as Error).message} Waiting up to ${MAX_WAIT_MS / 1000} seconds for it.`, 'warn')
      hasLogged = true
      await delay(POLL_MS, undefined, { signal })
    }
  }
}

/** Whether nothing listens at the port or socket yet. That error may be the cause of others. */
function isNotListening(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === 'ECONNREFUSED' || (code === 'ENOENT' && syscall === 'connect')) return true
  return [error.cause, ...(error instanceof AggregateError ? error.errors : [])].some(isNotListening)
}
