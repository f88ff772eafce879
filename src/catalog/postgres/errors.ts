import { errorCode } from '../../util/error-code.ts'
import { sqlState } from './sql-state.ts'

/** What to do about a database that no work can be done on, by SQLSTATE. */
const DATABASE_ADVICE: Readonly<Record<string, string>> = {
  '25006':
    'The database is read-only: it is a replica, or the login or the database has default_transaction_read_only set. ' +
    'Expected in DATABASE_URL: the primary, with the login of the owner.',
  '42501':
    'This login lacks a privilege on the catalog. Expected in DATABASE_URL: the login of its owner. For read-only use, let ' +
    'the owner run `grant hubdex_readers to` this login.',
  '53100': 'The disk of the database is full. Free some space; committed work is safe, and hubdex resumes from there.',
  '53200': 'The database is out of memory. Add memory to its machine, or lower its work_mem.',
  '53300':
    'The database has no free connection. Raise its max_connections, or lower HUBDEX_DATABASE_CONNECTIONS of the processes.',
}

/** Messages of a connection that was lost because the server stopped. */
const LOST = /^Connection terminated|^terminating connection|^the database system is (shutting down|in recovery)/
const LOST_ADVICE =
  'The database was stopped or has crashed, for example because its disk is full; its log says why. Committed work is safe, ' +
  'and hubdex resumes from there once the database is available again.'

/** Stopped by an administrator, crashed, starting or stopping. SQLSTATE works for servers in any language. */
const LOST_CODES = ['57P01', '57P02', '57P03']

/** Excludes our own migrations, which RAISE the same code with advice of their own. */
function lacksRight(error: unknown): boolean {
  return sqlState(error) === '42501' && (error as { routine?: unknown }).routine !== 'exec_stmt_raise'
}

/** Whether this login, or this server, cannot write at all. */
export function mayNotWrite(error: unknown): boolean {
  return sqlState(error) === '25006' || lacksRight(error)
}

/** Whether the database refuses all writes until an administrator acts: it is read-only or full. */
export function isDatabaseUnfit(error: unknown): boolean {
  return ['25006', '53100'].includes(sqlState(error) ?? '')
}

/** What to do about an error that the state of the database has caused. */
function databaseAdvice(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (LOST.test(error.message)) return LOST_ADVICE
  const state = sqlState(error)
  if (state === undefined || (state === '42501' && !lacksRight(error))) return undefined
  return LOST_CODES.includes(state) ? LOST_ADVICE : DATABASE_ADVICE[state]
}

/** The message of an error, with advice if the database has caused it. Never empty, unlike that of an AggregateError. */
export function describeError(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return describeError(error.errors[0])
  if (!(error instanceof Error)) return String(error)
  const message = error.message || (errorCode(error) ?? error.name)
  const advice = databaseAdvice(error)
  return advice === undefined ? message : `${message.replace(/\.$/, '')}. ${advice}`
}

/** As `describeError`, for socket errors that name no server: these are the database's, because all others name theirs. */
export function describeCatalogError(error: unknown): string {
  const isSocketError = SOCKET_CODES.includes(errorCode(error) ?? '')
  return isSocketError ? `${describeError(error)}. ${LOST_ADVICE}` : describeError(error)
}

const SOCKET_CODES = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE']
