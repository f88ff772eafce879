import { setTimeout as delay } from 'node:timers/promises'
import { isConnectionError } from '../catalog/postgres/connection-retry.ts'
import { describeError, isDatabaseUnfit } from '../catalog/postgres/errors.ts'
import { LanePaused, type TaskHandler } from '../queue/tasks.ts'
import type { ServiceHeartbeat } from './service-heartbeat.ts'

type DatabaseHeartbeat = Pick<ServiceHeartbeat, 'beat' | 'report'>

const LOOK_MS = 2_000
/** How long to leave a database alone that takes no writes. Somebody has to do something about it. */
const REST_MS = 60_000

/**
 * Keeps tasks from failing one after another, each of them told, while the catalog cannot be used. When this process has
 * lost it, which the others may not have, a task is held until it is there again, and done then. When it takes no writes from
 * anybody, as on a full disk, the lane rests: what would be fetched could not be kept.
 */
export function withDatabaseGuard(handler: TaskHandler, heartbeat: DatabaseHeartbeat): TaskHandler {
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
