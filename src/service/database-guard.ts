import { setTimeout as delay } from 'node:timers/promises'
import { isConnectionError } from '../catalog/postgres/connection-retry.ts'
import { describeError, isDatabaseUnfit } from '../catalog/postgres/errors.ts'
import { LanePaused, type TaskRun } from '../queue/tasks.ts'
import type { ServiceHeartbeat } from './service-heartbeat.ts'

export type DatabaseHeartbeat = Pick<ServiceHeartbeat, 'renew' | 'markUnwritable'>

const POLL_MS = 2_000
/** How long to pause a lane when the database takes no writes. An administrator has to act. */
const PAUSE_MS = 60_000

/**
 * Keeps tasks and refreshes from failing one after another while the catalog is unusable. If this process cannot reach it, the
 * work waits until it can; other processes may still reach it. If the catalog takes no writes from any process, such as with a
 * full disk, `LanePaused` is thrown: fetched data could not be stored.
 */
export function withDatabaseGuard<Run extends Pick<TaskRun, 'signal' | 'draining'>, Result>(
  handler: (run: Run) => Promise<Result>,
  heartbeat: DatabaseHeartbeat,
): (run: Run) => Promise<Result> {
  return async (run) => {
    for (;;) {
      try {
        return await handler(run)
      } catch (error) {
        if (isDatabaseUnfit(error)) {
          heartbeat.markUnwritable(error)
          throw new LanePaused(Date.now() + PAUSE_MS, describeError(error))
        }
        if (!(error instanceof Error && isConnectionError(error)) || (await isAvailable(heartbeat))) throw error
      }
      const stopped = AbortSignal.any([run.signal, run.draining])
      while (!(await isAvailable(heartbeat))) {
        await delay(POLL_MS, undefined, { signal: stopped }).catch(() => stopped.throwIfAborted())
      }
    }
  }
}

async function isAvailable(heartbeat: DatabaseHeartbeat): Promise<boolean> {
  return await heartbeat.renew().then(
    () => true,
    () => false,
  )
}
