import { hash } from 'node:crypto'
import type { ParquetSchema } from '../../catalog/stages/stage-data.ts'

/** The distinct schemas of a dataset: its splits and configs mostly share one. */
export class SchemaList {
  readonly #places = new Map<string, number>()
  readonly all: ParquetSchema[] = []

  /** Place of the schema in `all`. */
  add(schema: ParquetSchema): number {
    const key = hash('sha256', JSON.stringify(schema), 'base64')
    const known = this.#places.get(key)
    if (known !== undefined) return known
    this.#places.set(key, this.all.length)
    return this.all.push(schema) - 1
  }
}
