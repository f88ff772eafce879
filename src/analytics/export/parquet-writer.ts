import { zstdCompressSync } from 'node:zlib'
import type { KeyValue, SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { writeBlooms } from 'hyparquet-writer/src/bloom.js'
import { writeIndexes } from 'hyparquet-writer/src/indexes.js'
import { hubdexVersion } from '../../util/version.ts'
import { columnType } from './column-types.ts'
import type { ExportFile } from './export-target.ts'
import type { ExportedView } from './exported-view.ts'
import type { TextRow } from './read-rows.ts'
import type { TableWriter } from './table-writer.ts'

/** Rows of a group at most. Groups are what readers skip, so smaller ones skip more, and larger ones compress better. */
const GROUP_ROWS = 20_000
/**
 * Characters of a group, unless a single row has more: what bounds the memory of an export. Groups of eight times as many take
 * 200 MB more, for files that are 2 % smaller.
 */
const GROUP_CHARACTERS = 2_000_000

/** Columns in which people look for single values. */
const BLOOM_FILTERED = new Set(['hub_id', 'id', 'author', 'child', 'parent', 'tag', 'path'])
/** READMEs: nobody filters by their order, and the library holds the lowest and highest value of each group until the end. */
const UNORDERED = new Set(['cards.text'])

/** Writes Parquet, compressed with zstd, with statistics, Bloom filters, and the meaning of each column in its footer. */
export class ParquetTableWriter implements TableWriter {
  readonly #view: ExportedView
  readonly #file: ExportFile
  readonly #bytes = new ByteWriter(1 << 20)
  readonly #writer: ParquetWriter
  #rows: TextRow[] = []
  #characters = 0

  constructor(view: ExportedView, file: ExportFile, facts: Readonly<Record<string, string>>) {
    this.#view = view
    this.#file = file
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: encodedSchemaOf(view),
      codec: 'ZSTD',
      compressors: { ZSTD: (input) => zstdCompressSync(input) },
      createdBy: `hubdex ${hubdexVersion()}`,
      kvMetadata: dictionaryOf(view, facts),
    })
  }

  async write(rows: readonly TextRow[]): Promise<void> {
    for (const row of rows) {
      this.#rows.push(row)
      for (const value of row) this.#characters += value?.length ?? 0
      if (this.#rows.length >= GROUP_ROWS || this.#characters >= GROUP_CHARACTERS) await this.#writeGroup()
    }
  }

  async finish(): Promise<void> {
    if (this.#rows.length > 0) await this.#writeGroup()
    this.#writer.schema = schemaOf(this.#view)
    await this.#writer.finish()
    await this.#flush()
  }

  async #writeGroup(): Promise<void> {
    const rows = this.#rows
    const { name: table, columns } = this.#view
    const columnData = columns.map(({ name, type }, index) => ({
      name,
      // Read as the column is written, so that the values of one column at a time take memory.
      get data() {
        return valuesOf(rows, index, type)
      },
      bloomFilter: BLOOM_FILTERED.has(name),
      statistics: !type.startsWith('json') && !UNORDERED.has(`${table}.${name}`),
    }))
    this.#rows = []
    this.#characters = 0
    await this.#writer.write({ columnData, rowGroupSize: rows.length })
    // The library would hold them until the end of the file, about 24 kB per column and group.
    writeIndexes(this.#bytes, this.#writer.pendingIndexes)
    writeBlooms(this.#bytes, this.#writer.pendingIndexes)
    this.#writer.pendingIndexes = []
    await this.#flush()
  }

  /** Moves what was encoded from memory to the file. */
  async #flush(): Promise<void> {
    await this.#file.write(this.#bytes.getBytes())
    this.#bytes.index = 0
  }
}

function valuesOf(rows: readonly TextRow[], index: number, type: string): unknown[] {
  const { value } = columnType(type)
  return rows.map((row) => {
    const text = row[index]
    return text === null || text === undefined ? undefined : value(text)
  })
}

function schemaOf({ columns }: ExportedView): SchemaElement[] {
  const root: SchemaElement = { name: 'schema', num_children: columns.length }
  return [root, ...columns.flatMap(({ name, type }) => columnType(type).parquet(name))]
}

/**
 * The schema while rows are encoded, with JSON as text: the library would parse and print each JSON value, which takes time and
 * rounds numbers. The footer calls it JSON.
 */
function encodedSchemaOf(view: ExportedView): SchemaElement[] {
  return schemaOf(view).map((element) => (element.converted_type === 'JSON' ? { ...element, converted_type: 'UTF8' } : element))
}

/** The data dictionary in the footer: what the table and each of its columns mean. */
function dictionaryOf({ description, columns }: ExportedView, facts: Readonly<Record<string, string>>): KeyValue[] {
  const meanings = Object.fromEntries(columns.map((column) => [column.name, column.description]))
  const entries = { ...facts, about: description, columns: JSON.stringify(meanings) }
  return Object.entries(entries).map(([key, value]) => ({ key: `hubdex.${key}`, value }))
}
