import { hash } from 'node:crypto'
import type { ParquetColumn, ParquetSchema } from '../../../catalog/stages/stage-data.ts'
import { charactersOf, MAX_COLUMN_CHARACTERS, MAX_COLUMNS } from './parquet-columns.ts'

interface KnownColumn {
  column: ParquetColumn
  /** Compressed bytes over all files. */
  bytes: number
  /** Number of files that have the column. */
  files: number
}

/**
 * The columns of all files of a split. Files mostly have the same columns. If they differ, the split has the columns of every
 * file, and a column whose type differs between files once per type.
 */
export class SplitColumns {
  readonly #columns: KnownColumn[] = []
  readonly #places = new Map<string, number>()
  readonly #schemas = new Set<string>()
  #first: readonly ParquetColumn[] | undefined
  #files = 0
  #characters = 0
  #mostLeftOut = 0

  /** @param columnBytes compressed bytes by column of the schema */
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

  /** Number of schemas that differ in more than the order of their columns. */
  get schemaCount(): number {
    return Math.max(this.#schemas.size, Math.min(this.#files, 1))
  }

  /** Undefined before the first file. A column that some files lack is nullable. */
  get schema(): ParquetSchema | undefined {
    if (this.#files === 0) return undefined
    const columns = this.#columns.map(({ column, files }) => (files < this.#files ? { ...column, isNullable: true } : column))
    return { columnCount: columns.length + this.#mostLeftOut, columns }
  }

  /** Compressed bytes by column of the schema. */
  get columnBytes(): number[] {
    return this.#columns.map(({ bytes }) => bytes)
  }

  /** The index of each column among those of the split; -1 beyond the bound. */
  #placesOf(columns: readonly ParquetColumn[]): number[] {
    if (this.#first !== undefined && areSame(this.#first, columns)) return columns.map((_, index) => index)
    const keys = keysOf(columns)
    if (this.#first === undefined) this.#first = columns
    else {
      if (this.#schemas.size === 0) this.#schemas.add(digestOf(keysOf(this.#first)))
      this.#schemas.add(digestOf(keys))
    }
    return keys.map((key, index) => this.#places.get(key) ?? this.#store(key, columns[index]))
  }

  #store(key: string, column: ParquetColumn | undefined): number {
    const isFull = this.#columns.length >= MAX_COLUMNS || this.#characters >= MAX_COLUMN_CHARACTERS
    if (column === undefined || isFull) return -1
    this.#characters += charactersOf(column)
    this.#places.set(key, this.#columns.length)
    return this.#columns.push({ column, bytes: 0, files: 0 }) - 1
  }
}

/** Whether the columns are the same in the same order, except for `isNullable`. */
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

/** A key per column, unique within the file: a path that occurs twice is two columns. */
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
