import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'

/** A process as the owner of leases: on passes, runs of jobs, tasks of stages, and the rebuild of the search index. */
export interface LeaseOwner {
  /** Unique across machines: host, process id and a random part. */
  name: string
  /** Whether the process of another owner is known to have ended. Only its own machine can know. */
  isGone(name: string): boolean
}

/** Another process has taken over the lease. Nothing was written. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/** Creates the owner for this process. A process creates one and keeps it alive with `renew`. */
export function createLeaseOwner(): LeaseOwner {
  const host = hostname()
  return {
    name: `${host}/${process.pid}/${randomUUID()}`,
    isGone: (name) => {
      const [otherHost, pid] = name.split('/')
      // If the process id is in use, possibly by another program, only the heartbeat can tell.
      return otherHost === host && !isRunning(Number(pid))
    },
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
