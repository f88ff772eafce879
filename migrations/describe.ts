/** `COMMENT ON` statements for a table and its columns. */
export function describeTable(table: string, text: string, columns: Readonly<Record<string, string>>): string[] {
  return [`comment on table ${table} is '${quoted(text)}'`, ...describeColumns(table, columns)]
}

/** `COMMENT ON` statements for a view and its columns. */
export function describeView(view: string, text: string, columns: Readonly<Record<string, string>>): string[] {
  return [`comment on view ${view} is '${quoted(text)}'`, ...describeColumns(view, columns)]
}

/** `COMMENT ON` statements for columns of any relation. */
export function describeColumns(relation: string, columns: Readonly<Record<string, string>>): string[] {
  return Object.entries(columns).map(([column, text]) => `comment on column ${relation}.${column} is '${quoted(text)}'`)
}

function quoted(text: string): string {
  return text.replaceAll("'", "''")
}
