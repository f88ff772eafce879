import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { BinaryRows, copyBinary } from '../../../src/catalog/postgres/binary-rows.ts'
import { inTransaction } from '../../../src/catalog/postgres/transaction.ts'
import { openTestCatalog } from '../../support/catalog/catalog.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'

const COLUMNS = ['place', 'title', 'large', 'real', 'instant', 'members', 'bits']

const INT4 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const ROW = fc.record({
  title: fc.oneof(
    fc.constantFrom('', '\\N', 'a\tb\nc\\', '語 🐋 é', 'long '.repeat(20_000)),
    fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')),
  ),
  large: fc.option(fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, -1, 2 ** 31, 2 ** 32, -(2 ** 32), 2 ** 62))),
  real: fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
  instant: fc.option(
    fc
      .date({ min: new Date(Date.UTC(1, 0)), max: new Date(Date.UTC(9999, 11)), noInvalidDate: true })
      .map((date) => date.toISOString()),
  ),
  members: fc.array(INT4, { maxLength: 5 }),
  bits: fc.uint8Array({ maxLength: 9 }),
})

describe.each(catalogTargets)('rows in the binary format ($engine)', ({ create }) => {
  it('are stored as they are', async () => {
    await using catalog = await openTestCatalog(create)
    await fc.assert(
      fc.asyncProperty(fc.array(ROW, { maxLength: 10 }), async (rows) => {
        const binary = new BinaryRows()
        for (const [place, row] of rows.entries()) {
          binary.startRow(COLUMNS.length)
          binary.int4(place)
          binary.text(row.title)
          binary.int8(row.large)
          binary.float8(row.real)
          binary.timestamptz(row.instant)
          binary.int4Array(Int32Array.from(row.members))
          binary.varbit(row.bits)
        }
        await inTransaction(
          catalog.connection.pool,
          async ({ client, db }) => {
            await sql`create temporary table copied (place int, title text, large bigint, real double precision,
              instant timestamptz, members int[], bits bit varying)`.execute(db)
            await copyBinary(client, 'copied', COLUMNS, binary)
            const stored = await sql<Record<string, unknown>>`
              select title, large::text, real, instant, members, bits::text from copied order by place`.execute(db)
            expect(stored.rows).toEqual(
              rows.map((row) => ({
                ...row,
                large: row.large === null ? null : String(BigInt(row.large)),
                instant: row.instant === null ? null : new Date(row.instant),
                bits: Array.from(row.bits, (byte) => byte.toString(2).padStart(8, '0')).join(''),
              })),
            )
          },
          { end: 'rollback' },
        )
      }),
      { numRuns: 20 },
    )
  })
})
