/** A column that a dataset must have. */
export interface WantedColumn {
  name: string
  /** Empty for any. */
  type: string
  /** Empty for any. */
  nesting: string
}

export const MAX_COLUMNS = 10

export function readWantedColumns(query: URLSearchParams): WantedColumn[] {
  const [types, nestings] = [query.getAll('type'), query.getAll('nesting')]
  return query
    .getAll('name')
    .map((name, index) => ({ name, type: types[index] ?? '', nesting: nestings[index] ?? '' }))
    .filter(({ name }) => name.trim() !== '')
    .slice(0, MAX_COLUMNS)
}

/** The parameters of the API, which the address of the page has, too. The nth type and nesting are about the nth name. */
export function columnParameters(columns: readonly WantedColumn[]) {
  return {
    name: columns.map(({ name }) => name),
    type: withoutLastEmpty(columns.map(({ type }) => type)),
    nesting: withoutLastEmpty(columns.map(({ nesting }) => nesting)),
  }
}

function withoutLastEmpty(values: readonly string[]): readonly string[] {
  return values.slice(0, values.findLastIndex((value) => value !== '') + 1)
}
