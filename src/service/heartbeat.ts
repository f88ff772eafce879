import { renew, signOff } from '../catalog/processes/processes.ts'
import { singleFlight } from '../util/single-flight.ts'
import { hubdexVersion } from '../util/version.ts'
import type { OpenCatalog } from './open/catalog.ts'

/** A process without a heartbeat for a minute counts as dead. */
export const HEARTBEAT_MS = 10_000

/** Sends heartbeats for a command that takes leases, until disposed. Services use `startServiceHeartbeat`. */
export async function startHeartbeat({ db, owner }: OpenCatalog, role: string): Promise<AsyncDisposable> {
  const record = { role, version: hubdexVersion(), queue: null, tasks: [], budgets: [] }
  const renewOnce = singleFlight(() => renew(db, owner, record))
  await renewOnce()
  // If the database is unreachable, the command's own work fails and reports it.
  const timer = setInterval(() => void renewOnce().catch(() => undefined), HEARTBEAT_MS)
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      await signOff(db, owner).catch(() => undefined)
    },
  }
}
