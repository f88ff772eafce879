import { DatabaseSync } from 'node:sqlite'

const SQLITE_BUSY = 5
/** The low byte of all codes for errors of the file system, that of a lock among them. */
const SQLITE_IOERR = 10

export interface Ownership {
  release(): void
}

/**
 * Takes the exclusive right to a lock file, for as long as this process lives or until it is released.
 *
 * Node has no file locks of its own, but its SQLite takes one for a transaction (fcntl, or LockFileEx on Windows). The
 * kernel drops it with the process, however that ends. So there is no stale lock to recognize, no process id that
 * another program may carry by now, no race between two that would take over, and containers that share a folder but
 * not their process ids exclude each other too. A lock file with a process id in it has each of these problems.
 *
 * @returns undefined when another has it, in this process or in another
 */
export function acquireFileLock(lockFile: string): Ownership | undefined {
  const database = new DatabaseSync(lockFile)
  try {
    database.exec('begin exclusive')
  } catch (error) {
    database.close()
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined
    if (code === SQLITE_BUSY) return undefined
    if (code !== undefined && (code & 0xff) === SQLITE_IOERR) {
      throw new Error('files cannot be locked there, as on some network file systems. Name one on a local disk.', {
        cause: error,
      })
    }
    throw error
  }
  return { release: () => database.close() }
}
