/** A query that comes with hubdex. It reads only the public views and runs behind the same fence as any other. */
export interface NamedQuery {
  name: string
  /** What it answers, for the list of queries. */
  title: string
  /** In the common language of Postgres and DuckDB, with a parameter as `{{name}}`. */
  sql: string
  parameters?: readonly QueryParameter[]
}

export interface QueryParameter {
  name: string
  /** A `list` becomes the rows (position, value) of a subquery, anything else one value. */
  type: 'list' | 'text' | 'day' | 'number'
  about: string
  /** Used if no value is given. A parameter without one must be given. Values of a list are separated by commas. */
  default?: string
}
