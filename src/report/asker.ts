import { bindParameters } from '../analytics/queries/bind-parameters.ts'
import { findNamedQuery } from '../analytics/queries/named-queries.ts'
import type { QueryResult, QueryValue } from '../analytics/query-result.ts'
import { numberOf } from '../charts/columns.ts'
import { shorten } from '../output/fit.ts'

/** A longer text is not a name, and would break the page. */
const MAX_TEXT = 120

export type Row = Readonly<Record<string, QueryValue>>

/** A query as the report shows it, so that a reader can run it. */
export interface ShownQuery {
  /** Such as `hubdex sql licenses`; undefined for a query that is in the report alone. */
  command: string | undefined
  sql: string
}

export interface Answer {
  query: ShownQuery
  rows: readonly Row[]
}

/** Runs the queries of a report. */
export class Asker {
  readonly #run: (sql: string) => Promise<QueryResult>
  /** The day from which ages are counted, and at which the report is made. */
  readonly now: Date

  constructor(run: (sql: string) => Promise<QueryResult>, now: Date) {
    this.#run = run
    this.now = now
  }

  /** Runs a query that comes with hubdex. */
  async named(name: string, values: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const query = findNamedQuery(name)
    if (query === undefined) throw new Error(`There is no query ${name}.`)
    const given = Object.entries(values)
    const settings = given.map(([parameter, value]) => ` --set ${parameter}=${value}`).join('')
    const bound = bindParameters(query, new Map(given.map(([parameter, value]) => [parameter, [value]])), this.now)
    return await this.#ask(bound, `hubdex sql ${name}${settings}`)
  }

  async sql(text: string): Promise<Answer> {
    return await this.#ask(text, undefined)
  }

  async #ask(sql: string, command: string | undefined): Promise<Answer> {
    const result = await this.#run(sql)
    const rows = result.rows.map((row) =>
      Object.fromEntries(result.columns.map((column, index) => [column, row[index] ?? null])),
    )
    return { query: { command, sql }, rows }
  }
}

/** A count of a row; 0 for null. */
export function countOf(row: Row | undefined, column: string): number {
  return numberOf(row?.[column]) ?? 0
}

/** A number of a row. */
export function numberOrNull(row: Row, column: string): number | null {
  return numberOf(row[column]) ?? null
}

/** A text of a row, shortened; a dash for null. */
export function textOf(row: Row | undefined, column: string): string {
  const value = row?.[column] ?? null
  return value === null ? '–' : shorten(String(value), MAX_TEXT)
}

/** The day of a time. */
export function dayOf(row: Row | undefined, column: string): string {
  return textOf(row, column).slice(0, 10)
}
