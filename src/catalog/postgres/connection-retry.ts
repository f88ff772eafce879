import pRetry from 'p-retry'
import { errorCode } from '../../util/error-code.ts'
import { DataDirectoryError } from '../embedded/data-directory.ts'

/** Long enough for a server to restart, or for another process to take over an embedded catalog. */
const RETRIES = 6

/** Repeats work whose connection breaks. It must be safe to repeat: its commit may succeed although the answer is lost. */
export async function retryConnection<Result>(work: () => Promise<Result>): Promise<Result> {
  return await pRetry(work, {
    retries: RETRIES,
    minTimeout: 200,
    factor: 2,
    randomize: true,
    // Opening a data directory has its own retries.
    shouldRetry: ({ error }) => isConnectionError(error) && !(error instanceof DataDirectoryError),
  })
}

/** Broken sockets, unreachable hosts, and SQLSTATE 08xxx (connection) and 57P01 to 57P03 (the server stops or starts). */
export function isConnectionError(error: Error): boolean {
  // The process that served the embedded catalog has ended, and no other can open it yet.
  if (error instanceof DataDirectoryError) return true
  const code = errorCode(error) ?? ''
  if (/^(ECONNRESET|ECONNREFUSED|EPIPE|ENOENT|08...|57P0[123])$/.test(code)) return true
  if (/^(ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/.test(code)) return true
  return /connection terminated|connection ended|client has encountered a connection error|^timeout expired$/i.test(
    error.message,
  )
}
