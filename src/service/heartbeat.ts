import { renew, signOff } from '../catalog/processes/processes.ts'
import { singleFlight } from '../util/single-flight.ts'
import { hubdexVersion } from '../util/version.ts'
import type { OpenCatalog } from './open/catalog.ts'

/** After a minute without a sign of life a process counts as dead. */
export const BEAT_MS = 10_000

/** Keeps a command that takes leases known as alive, until it is disposed of. Services have their `startServiceHeartbeat`. */
export async function startHeartbeat({ db, owner }: OpenCatalog, role: string): Promise<AsyncDisposable> {
  const record = { role, version: hubdexVersion(), queue: null, tasks: [], budgets: [] }
  const beat = singleFlight(() => renew(db, owner, record))
  await beat()
  // A database that is unreachable fails the work, too, and is reported there.
  const timer = setInterval(() => void beat().catch(() => undefined), BEAT_MS)
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      await signOff(db, owner).catch(() => undefined)
    },
  }
}
