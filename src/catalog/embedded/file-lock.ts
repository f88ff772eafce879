import { DatabaseSync } from 'node:sqlite'

const SQLITE_BUSY = 5
/** The low byte of all codes for errors of the file system, including locks. */
const SQLITE_IOERR = 10

export interface FileLock {
  release(): void
}

/**
 * Locks a file exclusively, until the lock is released or this process ends.
 *
 * Node has no file locks, but its SQLite takes one for a transaction (fcntl, or LockFileEx on Windows), and the kernel drops it
 * when the process ends in any way. A file with a process id in it would have problems that this lock does not have: stale
 * locks, reused process ids, races between takeovers, and containers that share a folder but not their process ids.
 *
 * @returns undefined if it is already locked, by this process or another
 */
export function acquireFileLock(lockFile: string): FileLock | undefined {
  const database = new DatabaseSync(lockFile)
  try {
    database.exec('begin exclusive')
  } catch (error) {
    database.close()
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined
    if (code === SQLITE_BUSY) return undefined
    if (code !== undefined && (code & 0xff) === SQLITE_IOERR) {
      throw new Error('files cannot be locked there, as on some network file systems. Use a folder on a local disk.', {
        cause: error,
      })
    }
    throw error
  }
  return { release: () => database.close() }
}
