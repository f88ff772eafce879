import { stringify } from 'csv-stringify/sync'
import { columnType } from './column-types.ts'
import type { ExportFile } from './export-target.ts'
import type { ExportedView } from './exported-view.ts'
import type { TextRow } from './read-rows.ts'
import type { TableWriter } from './table-writer.ts'

/** Writes JSON lines: one object per row, with every column. */
export class JsonLinesWriter implements TableWriter {
  readonly #file: ExportFile
  readonly #columns: readonly { key: string; json(text: string): string }[]

  constructor({ columns }: ExportedView, file: ExportFile) {
    this.#file = file
    this.#columns = columns.map(({ name, type }) => ({ key: JSON.stringify(name), json: columnType(type).json }))
  }

  async write(rows: readonly TextRow[]): Promise<void> {
    await this.#file.write(Buffer.from(rows.map((row) => `${this.#line(row)}\n`).join('')))
  }

  async finish(): Promise<void> {
    // Nothing follows the last row.
  }

  #line(row: TextRow): string {
    return `{${this.#columns.map(({ key, json }, index) => `${key}:${jsonOf(row[index], json)}`).join(',')}}`
  }
}

/**
 * Writes CSV (RFC 4180) with a header: null is an empty field, an empty text is `""`, lists are JSON. Values are exact: unlike the
 * output of `hubdex sql`, which people open in a spreadsheet, formulas are not disarmed.
 */
export class CsvWriter implements TableWriter {
  readonly #file: ExportFile
  readonly #columns: readonly { isText: boolean; json(text: string): string }[]
  #header: string[] | undefined

  constructor({ columns }: ExportedView, file: ExportFile) {
    this.#file = file
    this.#columns = columns.map(({ type }) => ({ isText: type === 'text', json: columnType(type).json }))
    this.#header = columns.map(({ name }) => name)
  }

  async write(rows: readonly TextRow[]): Promise<void> {
    const lines = rows.map((row) => this.#columns.map((column, index) => fieldOf(row[index], column)))
    const header = this.#header === undefined ? [] : [this.#header]
    this.#header = undefined
    // Not `quoted_empty`, which would quote null too.
    await this.#file.write(Buffer.from(stringify([...header, ...lines], { quoted_match: /^$/, record_delimiter: 'unix' })))
  }

  async finish(): Promise<void> {
    if (this.#header !== undefined) await this.write([])
  }
}

function jsonOf(text: string | null | undefined, json: (text: string) => string): string {
  return text === null || text === undefined ? 'null' : json(text)
}

function fieldOf(text: string | null | undefined, { isText, json }: { isText: boolean; json(text: string): string }) {
  if (text === null || text === undefined) return null
  if (isText) return text
  const value = json(text)
  return value.startsWith('"') ? (JSON.parse(value) as string) : value
}
