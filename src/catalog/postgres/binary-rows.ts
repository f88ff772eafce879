import type pg from 'pg'
import { appendByCopy } from './copy-rows.ts'

/** Signature, flags and an empty header extension. */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const END_OF_ROWS = -1
const NULL = -1
/** Postgres counts time from here. */
const EPOCH_MS = Date.UTC(2000, 0)
const INT4_OID = 23
/** UTF-8 takes so many bytes for a UTF-16 code unit at most. */
const BYTES_PER_UNIT = 3

/**
 * Rows in COPY's binary format: the caller appends the fields in the order of the columns. Numbers, arrays and bits need no
 * conversion to text and back.
 *
 * @see https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.55.9.4
 */
export class BinaryRows {
  #bytes = Buffer.allocUnsafe(65_536)
  #length = 0

  /** In bytes. */
  get length(): number {
    return this.#length
  }

  /** Parts of rows that were appended. Valid until the next append. */
  slice(start: number, end: number): Buffer {
    return this.#bytes.subarray(start, end)
  }

  clear(): void {
    this.#length = 0
  }

  startRow(fields: number): void {
    this.#reserve(2)
    this.#length = this.#bytes.writeInt16BE(fields, this.#length)
  }

  /** Appends parts of rows. */
  append(fields: Uint8Array): void {
    this.#reserve(fields.length)
    this.#bytes.set(fields, this.#length)
    this.#length += fields.length
  }

  /** Also for `json`. */
  text(value: string): void {
    this.#reserve(4 + value.length * BYTES_PER_UNIT)
    const bytes = this.#bytes.write(value, this.#length + 4)
    this.#int32(bytes)
    this.#length += bytes
  }

  int4(value: number): void {
    this.#reserve(8)
    this.#int32(4)
    this.#int32(value)
  }

  /** @param value an integer of 64 bits */
  int8(value: number | null): void {
    this.#reserve(12)
    if (value === null) this.#int32(NULL)
    else {
      this.#int32(8)
      this.#int32(Math.floor(value / 2 ** 32))
      this.#int32(value | 0)
    }
  }

  float8(value: number): void {
    this.#reserve(12)
    this.#int32(8)
    this.#length = this.#bytes.writeDoubleBE(value, this.#length)
  }

  /** @param value ISO 8601 */
  timestamptz(value: string | null): void {
    this.#reserve(12)
    if (value === null) this.#int32(NULL)
    else {
      this.#int32(8)
      // Microseconds after the year 2285 are no safe integers.
      this.#length = this.#bytes.writeBigInt64BE(BigInt(Date.parse(value) - EPOCH_MS) * 1000n, this.#length)
    }
  }

  int4Array(values: Int32Array): void {
    this.#reserve(24 + values.length * 8)
    this.#int32(20 + values.length * 8)
    // One dimension, no nulls, the type of the members, their number, the index of the first.
    for (const header of [1, 0, INT4_OID, values.length, 1]) this.#int32(header)
    for (const value of values) {
      this.#int32(4)
      this.#int32(value)
    }
  }

  /** Whole bytes of bits. */
  varbit(bytes: Uint8Array): void {
    this.#reserve(8 + bytes.length)
    this.#int32(4 + bytes.length)
    this.#int32(bytes.length * 8)
    this.append(bytes)
  }

  #int32(value: number): void {
    this.#length = this.#bytes.writeInt32BE(value, this.#length)
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + bytes))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}

/** Appends rows to a table by COPY. @param columns names, in the order of each row's fields */
export async function copyBinary(
  client: pg.PoolClient,
  table: string,
  columns: readonly string[],
  rows: BinaryRows,
): Promise<void> {
  const end = Buffer.alloc(2)
  end.writeInt16BE(END_OF_ROWS)
  await appendByCopy(client, `copy ${table} (${columns.join(', ')}) from stdin (format binary)`, [
    HEADER,
    rows.slice(0, rows.length),
    end,
  ])
}
