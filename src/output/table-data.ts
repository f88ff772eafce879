/** Input of every output format. */
export interface TableData {
  columns: readonly string[]
  /** In the order of the columns; a missing value is an empty cell. */
  rows: readonly (readonly unknown[])[]
}
