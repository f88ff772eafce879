import type pg from 'pg'
import { type QueryPosition, QueryRefused } from './query-errors.ts'

/** SQLSTATEs that speak of the server or the connection and not of the query. */
const INFRASTRUCTURE = /^(08|53[13]|57|58|F0|XX(?!000))/

/** What to do about a query that asks for too much, by SQLSTATE. The hints of Postgres are for whoever runs the server. */
const EXCESSES: Readonly<Record<string, string>> = {
  '53200':
    'The query needs more memory than the database may take for it. Expected: one that holds less at a time; ask for fewer ' +
    'rows, shorter texts or a smaller aggregate.',
  '54001':
    'The query, or a value in it, is nested too deeply for the database. Expected: fewer levels; shorten chains of operators, ' +
    'and take JSON by its parts or as its text.',
}

/** Whether a database error says that the query is at fault. */
export function blamesQuery(error: pg.DatabaseError): boolean {
  return error.code !== undefined && !INFRASTRUCTURE.test(error.code)
}

/** Whether the query named something that does not exist or may not be read, so that a list of what may be helps. */
export function concernsRelations(error: pg.DatabaseError): boolean {
  return error.code === '42501' || error.code === '42P01'
}

/**
 * Puts a database error in words for somebody who wrote `text` and knows nothing of the function around it.
 *
 * @param readableViews what to name as an alternative; none where that is not the point
 */
export function refusal(error: pg.DatabaseError, text: string, readableViews: readonly string[]): QueryRefused {
  const position = positionIn(text, error)
  const place = position === undefined ? '' : ` (line ${position.line}, column ${position.column})`
  const code = error.code ?? ''
  const advice = readableViews.length > 0 ? `Queries may read ${readableViews.join(', ')}.` : undefined
  const excess = EXCESSES[code]
  if (excess !== undefined) return new QueryRefused(excess, { code, position, cause: error })
  const message = [`${reason(error)}${place}.`, error.hint, advice].filter(Boolean).join(' ')
  return new QueryRefused(message, { code, position, cause: error })
}

function reason(error: pg.DatabaseError): string {
  const isCursorError = error.code === '42P11'
  const isNotReadOnly = error.code === '0A000' && error.message.includes('non-volatile function')
  if (isCursorError || isNotReadOnly) {
    const statement = /^cannot open (.+) query as cursor$|^(.+) is not allowed/.exec(error.message)
    const came = statement?.[1] ?? statement?.[2] ?? 'anything but one statement'
    return `Only a single SELECT, WITH, VALUES or TABLE may be run, not ${came}`
  }
  return `The database refused the query: ${error.message}`
}

/** The error's offset counts characters in the query as the function ran it, unless another query ran inside that. */
function positionIn(text: string, error: pg.DatabaseError): QueryPosition | undefined {
  if (error.internalPosition === undefined || error.internalQuery !== text) return undefined
  const before = Array.from(text)
    .slice(0, Number(error.internalPosition) - 1)
    .join('')
    .split('\n')
  return { line: before.length, column: Array.from(before.at(-1) ?? '').length + 1 }
}
