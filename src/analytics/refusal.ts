import type pg from 'pg'
import { type QueryPosition, QueryRefused } from './query-errors.ts'

/** SQLSTATEs about the server or the connection rather than the query. */
const INFRASTRUCTURE = /^(08|53[13]|57|58|F0|40001|XX(?!000))/

/** Advice for queries that ask for too much, by SQLSTATE. The hints of Postgres are for the server's administrator. */
const EXCESSES: Readonly<Record<string, string>> = {
  '53200':
    'The query needs more memory than the database may use. Expected: a query that holds less at a time. Ask for fewer ' +
    'rows, shorter texts or a smaller aggregate.',
  '54001':
    'The query, or a value in it, is nested too deeply for the database. Expected: fewer levels. Shorten chains of ' +
    'operators, and select parts of JSON values or their text.',
}

/** Whether a database error says that the query is at fault. */
export function blamesQuery(error: pg.DatabaseError): boolean {
  return error.code !== undefined && !INFRASTRUCTURE.test(error.code)
}

/** Whether the query named a relation that does not exist or may not be read, so that a list of the readable ones helps. */
export function concernsRelations(error: pg.DatabaseError): boolean {
  return error.code === '42501' || error.code === '42P01'
}

/**
 * Explains a database error to the author of `text`, who knows nothing of the function around it.
 *
 * @param readableViews alternatives to suggest; empty when they would not help
 */
export function refusal(error: pg.DatabaseError, text: string, readableViews: readonly string[]): QueryRefused {
  const position = positionIn(text, error)
  const place = position === undefined ? '' : ` (line ${position.line}, column ${position.column})`
  const code = error.code ?? ''
  const advice = readableViews.length > 0 ? `Queries may read ${readableViews.join(', ')}.` : undefined
  const excess = EXCESSES[code]
  if (excess !== undefined) return new QueryRefused(excess, { code, position, cause: error })
  const statement = refusedStatement(error)
  const message =
    statement === undefined
      ? [`The database refused the query: ${error.message}${place}.`, error.hint, advice].filter(Boolean).join(' ')
      : `Only a single SELECT, WITH, VALUES or TABLE may be run, not ${statement}${place}.`
  return new QueryRefused(message, { code, position, cause: error })
}

/** What was given in place of a query that reads. Hints of Postgres would say how to allow it. */
function refusedStatement({ code, message }: pg.DatabaseError): string | undefined {
  const [, write] = /^cannot (insert into|update|delete from|merge into) view/.exec(message) ?? []
  if (write !== undefined) return write.split(' ', 1)[0]?.toUpperCase()
  if (code !== '42P11' && !(code === '0A000' && message.includes('non-volatile function'))) return undefined
  const statement = /^cannot open (.+) query as cursor$|^(.+) is not allowed/.exec(message)
  return statement?.[1] ?? statement?.[2] ?? 'several statements or none'
}

/** The error's offset counts characters in the query as the function ran it. Undefined for errors in any other query. */
function positionIn(text: string, error: pg.DatabaseError): QueryPosition | undefined {
  if (error.internalPosition === undefined || error.internalQuery !== text) return undefined
  const before = Array.from(text)
    .slice(0, Number(error.internalPosition) - 1)
    .join('')
    .split('\n')
  return { line: before.length, column: Array.from(before.at(-1) ?? '').length + 1 }
}
