import { createHash } from 'node:crypto'
import type { ParquetSchema } from '../../../catalog/stages/stage-data.ts'
import { charactersOf } from './parquet-columns.ts'

/**
 * The distinct schemas of a dataset, whose splits and configs mostly share one. Their columns and characters are bounded in
 * total. Columns beyond the bound are only counted.
 */
export class SchemaList {
  readonly #places = new Map<string, number>()
  #columnsLeft: number
  #charactersLeft: number
  readonly all: ParquetSchema[] = []

  constructor({ columns, characters }: { columns: number; characters: number }) {
    this.#columnsLeft = columns
    this.#charactersLeft = characters
  }

  /** Returns the index of the schema in `all`, and how many of its columns are stored there. */
  add(schema: ParquetSchema): { place: number; columns: number } {
    const key = digestOf(schema)
    let place = this.#places.get(key)
    if (place === undefined) {
      place = this.all.push(this.#cut(schema)) - 1
      this.#places.set(key, place)
    }
    return { place, columns: this.all[place]?.columns.length ?? 0 }
  }

  #cut({ columnCount, columns }: ParquetSchema): ParquetSchema {
    const stored: ParquetSchema['columns'][number][] = []
    for (const column of columns) {
      if (this.#columnsLeft < 1 || this.#charactersLeft < 1) break
      this.#columnsLeft--
      this.#charactersLeft -= charactersOf(column)
      stored.push(column)
    }
    return { columnCount, columns: stored }
  }
}

/** Hashes column by column, because the text of a whole schema may be a megabyte. */
function digestOf({ columnCount, columns }: ParquetSchema): string {
  const digest = createHash('sha256').update(String(columnCount))
  for (const column of columns) digest.update(JSON.stringify(column))
  return digest.digest('base64')
}
