import { errorCode } from '../../util/error-code.ts'
import { sqlState } from './sql-state.ts'

/** What to do about states of a database that stop all work on it, by SQLSTATE. */
const DATABASE_ADVICE: Readonly<Record<string, string>> = {
  '25006':
    'The database takes no writes: it is a replica, or login or database are set to default_transaction_read_only. ' +
    'Expected in DATABASE_URL: the primary, with the login of the owner.',
  '42501':
    'This login lacks a right on the catalog. Expected in DATABASE_URL: the login of its owner; for one who only reads, ' +
    'let the owner run `grant hubdex_readers to` that login.',
  '53100':
    'The disk of the database is full. Free some space there: nothing that was committed is lost, and the work goes on ' +
    'from there.',
  '53200': 'The database is out of memory. Give its machine more, or lower its work_mem.',
  '53300':
    'The database has no connection to spare. Raise its max_connections, or lower HUBDEX_DATABASE_CONNECTIONS of the processes.',
}

/** The server went away in the middle, and says it at best with its last words. */
const LOST = /^Connection terminated|^terminating connection|^the database system is (shutting down|in recovery)/
const LOST_ADVICE =
  'The database was stopped, or crashed, as it does when its disk is full; its log says why. Nothing that was committed is ' +
  'lost, and the work goes on from there when it is back.'

/** By SQLSTATE, because a server says it in its own language: stopped by an administrator, crashed, starting or stopping. */
const LOST_CODES = ['57P01', '57P02', '57P03']

/** Our own migrations refuse with the same code, and say themselves what to do. They do so by RAISE. */
function lacksRight(error: unknown): boolean {
  return sqlState(error) === '42501' && (error as { routine?: unknown }).routine !== 'exec_stmt_raise'
}

/** Whether it is for this login, or this server, that nothing can be written. */
export function mayNotWrite(error: unknown): boolean {
  return sqlState(error) === '25006' || lacksRight(error)
}

/** Whether it takes no writes from anybody until somebody does something about it: read-only, or full. */
export function isDatabaseUnfit(error: unknown): boolean {
  return ['25006', '53100'].includes(sqlState(error) ?? '')
}

/** What to do about an error, where the state of the database is the cause. */
function databaseAdvice(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (LOST.test(error.message)) return LOST_ADVICE
  const state = sqlState(error)
  if (state === undefined || (state === '42501' && !lacksRight(error))) return undefined
  return LOST_CODES.includes(state) ? LOST_ADVICE : DATABASE_ADVICE[state]
}

/**
 * What an error says, and what to do where the state of the database is the cause. Never empty: a connection to several
 * addresses fails without a message of its own.
 */
export function describeError(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return describeError(error.errors[0])
  if (!(error instanceof Error)) return String(error)
  const message = error.message || (errorCode(error) ?? error.name)
  const advice = databaseAdvice(error)
  return advice === undefined ? message : `${message.replace(/\.$/, '')}. ${advice}`
}

/** The same where the socket of an error that names no server is the database's: those of other servers name theirs. */
export function describeCatalogError(error: unknown): string {
  const isSocketError = SOCKET_CODES.includes(errorCode(error) ?? '')
  return isSocketError ? `${describeError(error)}. ${LOST_ADVICE}` : describeError(error)
}

const SOCKET_CODES = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE']
