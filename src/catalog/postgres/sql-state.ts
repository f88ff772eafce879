import { errorCode } from '../../util/error-code.ts'

/** Five letters and digits with at least one digit. Codes of the operating system, such as `EPIPE`, have no digit. */
const SQL_STATE = /^(?=.*\d)[0-9A-Z]{5}$/

/** The SQLSTATE of an error that Postgres reported; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  const code = errorCode(error)
  return code !== undefined && SQL_STATE.test(code) ? code : undefined
}

/** Whether the given values are the cause: classes 22 data exception, 23 constraint violation, 54 program limit exceeded. */
export function isDataError(error: unknown): error is Error {
  return /^(22|23|54)/.test(sqlState(error) ?? '')
}
