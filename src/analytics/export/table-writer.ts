import type { TextRow } from './read-rows.ts'

/** Writes the rows of one table in one format. */
export interface TableWriter {
  write(rows: readonly TextRow[]): Promise<void>
  /** Writes what is left, and the end of the file. */
  finish(): Promise<void>
}
