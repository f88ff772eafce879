import { DatabaseSync } from 'node:sqlite'

const SQLITE_BUSY = 5

export interface Ownership {
  release(): void
}

/**
 * Takes the exclusive right to a lock file, for as long as this process lives or until it is released.
 *
 * Node has no file locks of its own, but its SQLite takes one for a transaction (fcntl, or LockFileEx on Windows). The
 * kernel drops it with the process, however that ends. So there is no stale lock to recognise, no process id that
 * another program may carry by now, no race between two that would take over, and containers that share a folder but
 * not their process ids exclude each other too. A lock file with a process id in it has each of these problems.
 *
 * @returns undefined when another has it, in this process or in another
 */
export function takeOwnership(lockFile: string): Ownership | undefined {
  const database = new DatabaseSync(lockFile)
  try {
    database.exec('begin exclusive')
  } catch (error) {
    database.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined
    throw error
  }
  return { release: () => database.close() }
}
