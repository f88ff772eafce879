import type pg from 'pg'
import { type QueryPosition, QueryRefused } from './query-errors.ts'

/** SQLSTATEs that speak of the server or the connection and not of the query. */
const INFRASTRUCTURE = /^(08|53[123]|57|58|F0|XX)/

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
