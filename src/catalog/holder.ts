import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { errorCode } from '../config/error-code.ts'

export interface HolderCheck {
  /** Name of this process, unique over all machines. */
  holder: string
  /** Whether the named holder is known to be dead; undefined when that can't be known, as on another machine. */
  isDead(holder: string): boolean | undefined
  /** A holder that may be alive counts as dead when silent for this long. */
  staleAfterMs: number
}

/** A holder that may be alive counts as dead when it has been silent for this long. */
const STALE_AFTER_MS = 60_000

/** The name under which this process holds passes, and how it judges other holders. */
export function createHolder(): HolderCheck {
  const host = hostname()
  return {
    holder: `${host}/${process.pid}/${randomUUID()}`,
    staleAfterMs: STALE_AFTER_MS,
    isDead: (holder) => {
      const [otherHost, otherPid] = holder.split('/')
      if (otherHost !== host || otherPid === undefined) return undefined
      // A process id that lives may be another program's by now; then silence decides.
      return isRunning(Number(otherPid)) ? undefined : true
    },
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}
