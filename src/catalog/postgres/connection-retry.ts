import pRetry from 'p-retry'
import { errorCode } from '../../util/error-code.ts'
import { DataDirectoryError } from '../embedded/data-directory.ts'

/** Long enough for a server to restart, or for another process to take an embedded catalog over. */
const RETRIES = 6

/**
 * Runs work on the database again when its connection broke. Only for work that may run twice: a connection can break
 * after a commit was sent and before its answer came.
 */
export async function retryConnection<Result>(work: () => Promise<Result>): Promise<Result> {
  return await pRetry(work, {
    retries: RETRIES,
    minTimeout: 200,
    factor: 2,
    randomize: true,
    // Whoever opens a data directory has waited long enough.
    shouldRetry: ({ error }) => isConnectionError(error) && !(error instanceof DataDirectoryError),
  })
}

/** Broken sockets, and SQLSTATE classes 08 (connection) and 57P (the server goes down or comes up). */
export function isConnectionError(error: Error): boolean {
  // The embedded catalog's process is gone, and nobody can open it in its place yet.
  if (error instanceof DataDirectoryError) return true
  const code = errorCode(error) ?? ''
  if (/^(ECONNRESET|ECONNREFUSED|EPIPE|ENOENT|08...|57P0[123])$/.test(code)) return true
  return /connection terminated|connection ended|client has encountered a connection error/i.test(error.message)
}
