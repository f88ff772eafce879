import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'

/** A process as the owner of leases: passes, runs of the schedule, tasks of stages, and the rebuild of the search index. */
export interface LeaseOwner {
  /** Unique over all machines: host, process id and a random part. */
  name: string
  /** Whether the process of another owner is known to have ended, which only its own machine can know. */
  isGone(name: string): boolean
}

/** Thrown when another process has taken a lease over: nothing was written. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/** The owner that stands for this process. A process creates one, and keeps it known with `renew`. */
export function createLeaseOwner(): LeaseOwner {
  const host = hostname()
  return {
    name: `${host}/${process.pid}/${randomUUID()}`,
    isGone: (name) => {
      const [otherHost, pid] = name.split('/')
      // A process id that is in use may be another program's by now; then silence decides.
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
