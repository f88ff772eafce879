import { setTimeout as delay } from 'node:timers/promises'
import { isConnectionError } from '../catalog/postgres/connection-retry.ts'
import { describeError, isDatabaseUnfit } from '../catalog/postgres/errors.ts'
import { LanePaused, type TaskRun } from '../queue/tasks.ts'
import type { ServiceHeartbeat } from './service-heartbeat.ts'

type DatabaseHeartbeat = Pick<ServiceHeartbeat, 'beat' | 'report'>

const LOOK_MS = 2_000
/** How long to leave a database alone that takes no writes. Somebody has to do something about it. */
const REST_MS = 60_000

/**
 * Keeps tasks and refreshes from failing one after another while the catalog cannot be used. When this process cannot reach
 * it, which others may, the work waits until the catalog is available again. When the catalog takes no writes from any
 * process, as on a full disk, `LanePaused` is thrown: what would be fetched could not be stored.
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
          heartbeat.report(error)
          throw new LanePaused(Date.now() + REST_MS, describeError(error))
        }
        if (!(error instanceof Error && isConnectionError(error)) || (await isWell(heartbeat))) throw error
      }
      const stopped = AbortSignal.any([run.signal, run.draining])
      while (!(await isWell(heartbeat))) {
        await delay(LOOK_MS, undefined, { signal: stopped }).catch(() => stopped.throwIfAborted())
      }
    }
  }
}

async function isWell(heartbeat: DatabaseHeartbeat): Promise<boolean> {
  return await heartbeat.beat().then(
    () => true,
    () => false,
  )
}
