import { hash } from 'node:crypto'
import type { ParquetColumn, ParquetSchema } from '../../../catalog/stages/stage-data.ts'
import { charactersOf, MAX_COLUMN_CHARACTERS, MAX_COLUMNS } from './parquet-columns.ts'

interface KnownColumn {
  column: ParquetColumn
  /** Compressed, over all files. */
  bytes: number
  /** How many of the files have it. */
  files: number
}

/**
 * The columns of all files of a split. Mostly these are the same; where they are not, the split has every column that any of
 * its files has, and one whose type changed from file to file stands there once for each type.
 */
export class SplitColumns {
  readonly #columns: KnownColumn[] = []
  readonly #places = new Map<string, number>()
  readonly #schemas = new Set<string>()
  #first: readonly ParquetColumn[] | undefined
  #files = 0
  #characters = 0
  #mostLeftOut = 0

  /** @param columnBytes compressed, by column of the schema */
  add({ columnCount, columns }: ParquetSchema, columnBytes: readonly number[]): void {
    const places = this.#placesOf(columns)
    this.#files++
    let leftOut = columnCount - columns.length
    for (const [index, place] of places.entries()) {
      const known = this.#columns[place]
      const column = columns[index]
      if (known === undefined || column === undefined) leftOut++
      else {
        known.files++
        known.bytes = Math.min(known.bytes + (columnBytes[index] ?? 0), Number.MAX_SAFE_INTEGER)
        if (column.isNullable && !known.column.isNullable) known.column = { ...known.column, isNullable: true }
      }
    }
    this.#mostLeftOut = Math.max(this.#mostLeftOut, leftOut)
  }

  /** How many of the schemas of its files differ in more than the order of their columns. */
  get schemaCount(): number {
    return Math.max(this.#schemas.size, Math.min(this.#files, 1))
  }

  /** Undefined as long as no file was added. What some of the files lack may be missing in the split. */
  get schema(): ParquetSchema | undefined {
    if (this.#files === 0) return undefined
    const columns = this.#columns.map(({ column, files }) =>
      files < this.#files ? { ...column, isNullable: true } : column,
    )
    return { columnCount: columns.length + this.#mostLeftOut, columns }
  }

  /** Compressed, by column of the schema. */
  get columnBytes(): number[] {
    return this.#columns.map(({ bytes }) => bytes)
  }

  /** Where each of the columns stands among those of the split; -1 for those that found no room. */
  #placesOf(columns: readonly ParquetColumn[]): number[] {
    if (this.#first !== undefined && areSame(this.#first, columns)) return columns.map((_, index) => index)
    const keys = keysOf(columns)
    if (this.#first === undefined) this.#first = columns
    else {
      if (this.#schemas.size === 0) this.#schemas.add(digestOf(keysOf(this.#first)))
      this.#schemas.add(digestOf(keys))
    }
    return keys.map((key, index) => this.#places.get(key) ?? this.#keep(key, columns[index]))
  }

  #keep(key: string, column: ParquetColumn | undefined): number {
    const isFull = this.#columns.length >= MAX_COLUMNS || this.#characters >= MAX_COLUMN_CHARACTERS
    if (column === undefined || isFull) return -1
    this.#characters += charactersOf(column)
    this.#places.set(key, this.#columns.length)
    return this.#columns.push({ column, bytes: 0, files: 0 }) - 1
  }
}

/** The same columns in the same order, but for whether values may be missing. */
function areSame(some: readonly ParquetColumn[], others: readonly ParquetColumn[]): boolean {
  return (
    some.length === others.length &&
    some.every((column, index) => {
      const other = others[index]
      return (
        other !== undefined &&
        column.path === other.path &&
        column.physicalType === other.physicalType &&
        column.logicalType === other.logicalType &&
        column.nesting === other.nesting
      )
    })
  )
}

/** A text for each column that no other of the file has: a path that comes twice is two columns. */
function keysOf(columns: readonly ParquetColumn[]): string[] {
  const seen = new Map<string, number>()
  return columns.map(({ path, physicalType, logicalType, nesting }) => {
    const key = JSON.stringify([path, physicalType, logicalType, nesting])
    const times = seen.get(key) ?? 0
    seen.set(key, times + 1)
    return `${key} ${times}`
  })
}

function digestOf(keys: readonly string[]): string {
  return hash('sha256', keys.toSorted().join('\n'), 'base64')
}
