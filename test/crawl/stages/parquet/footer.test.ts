import fc from 'fast-check'
import { type FileMetaData, parquetMetadata } from 'hyparquet'
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, test } from 'vitest'
import { fetchFooter } from '../../../../src/crawl/stages/parquet/fetch-footer.ts'
import { readColumns } from '../../../../src/crawl/stages/parquet/parquet-columns.ts'
import { readMetadata, type SchemaElement } from '../../../../src/crawl/stages/parquet/parquet-metadata.ts'
import { BadFooter } from '../../../../src/crawl/stages/parquet/thrift-reader.ts'
import { timeType, footerBytes as writeFooter } from './footer-bytes.ts'
import { longFooter, parquetFile, readerOf, withEnding } from './parquet-file.ts'

const MEGABYTE = 1024 * 1024

function footerBytes(file: Buffer): Buffer {
  return file.subarray(file.length - 8 - file.readUInt32LE(file.length - 8), file.length - 8)
}

describe('the footer of a file', () => {
  test('has rows, row groups, size and columns with types, nesting and bytes, for one request', async () => {
    const file = parquetFile(25)
    const asked: unknown[] = []
    const footer = await fetchFooter(readerOf(file, asked as never), MEGABYTE)
    expect(asked).toEqual([{ last: 65_536 }])
    expect(footer).toMatchObject({ rows: 25, rowGroups: 3, bytes: file.length })
    expect(footer.schema).toEqual({
      columnCount: 3,
      columns: [
        { path: 'id', physicalType: 'INT64', logicalType: null, nesting: null, isNullable: false },
        { path: 'text', physicalType: 'BYTE_ARRAY', logicalType: 'STRING', nesting: null, isNullable: true },
        { path: 'labels.list.element', physicalType: 'INT32', logicalType: null, nesting: 'list', isNullable: true },
      ],
    })
    expect(footer.columnBytes).toEqual(bytesByColumn(parquetMetadata(new Uint8Array(file).buffer)))
  })

  test('is read with two requests if it is longer than the first', async () => {
    const file = longFooter(200_000)
    const asked: unknown[] = []
    await fetchFooter(readerOf(file, asked as never), MEGABYTE)
    const footer = footerBytes(file).length
    const from = file.length - 8 - footer
    expect(asked).toEqual([{ last: 65_536 }, { from, to: file.length - 65_537 }])
  })

  test('is not downloaded if it is too long', async () => {
    const asked: unknown[] = []
    const file = longFooter(2 * MEGABYTE)
    await expect(fetchFooter(readerOf(file, asked as never), MEGABYTE)).rejects.toThrow('1048576')
    expect(asked).toHaveLength(1)
  })

  test.each([
    ['an encrypted file', withEnding(Buffer.alloc(100), 'PARE'), 'it is encrypted'],
    ['another kind of file', Buffer.from('<html>Not found</html>'), 'Parquet'],
    ['an empty file', Buffer.alloc(0), 'Parquet'],
    ['four bytes', Buffer.from('PAR1'), 'Parquet'],
    ['half a file', withEnding(Buffer.alloc(100), 'PAR1', 5_000), 'it is cut short'],
    ['only zeros', withEnding(Buffer.alloc(100)), 'it has no schema'],
    ['a footer of no bytes', withEnding(Buffer.alloc(0)), 'it is cut short'],
    ['an endless number', withEnding(Buffer.concat([Buffer.from([0x36]), Buffer.alloc(MEGABYTE, 0xff)])), 'no end'],
    ['a list of two thousand million', withEnding(Buffer.from('19fcffffffff07', 'hex')), 'longer than the footer'],
    ['deeply nested structs', withEnding(Buffer.alloc(MEGABYTE, 0x1c)), 'nested too deep'],
    ['deeply nested lists', withEnding(Buffer.alloc(MEGABYTE, 0x19)), 'nested too deep'],
  ])('is refused with a reason: %s', async (_, file, reason) => {
    const refused = fetchFooter(readerOf(file), 2 * MEGABYTE)
    await expect(refused).rejects.toBeInstanceOf(BadFooter)
    await expect(refused).rejects.toThrow(reason)
  })

  test('of a server without ranges is read from a short file, and refused from a long one', async () => {
    const whole = (file: Buffer) => (options: { maxBytes: number }) => readerOf(file)({ maxBytes: options.maxBytes })
    expect(await fetchFooter(whole(parquetFile()), MEGABYTE)).toMatchObject({ rows: 25 })
    const long = Buffer.concat([Buffer.alloc(2 * MEGABYTE), parquetFile()])
    await expect(fetchFooter(whole(long), MEGABYTE)).rejects.toThrow('ranges')
  })

  test('is read or refused if it is damaged in any way', async () => {
    const file = parquetFile(30)
    const start = file.length - 8 - footerBytes(file).length
    const damage = fc.record({
      at: fc.integer({ min: start, max: file.length - 1 }),
      byte: fc.integer({ min: 0, max: 255 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 8 }), async (damages) => {
        const damaged = Buffer.from(file)
        for (const { at, byte } of damages) damaged[at] = byte
        const footer = await fetchFooter(readerOf(damaged), MEGABYTE).catch((error: unknown) => error)
        if (footer instanceof Error) expect(footer).toBeInstanceOf(BadFooter)
        else expect(footer).toMatchObject({ rows: expect.any(Number), schema: { columns: expect.any(Array) } })
      }),
      { numRuns: 2_000 },
    )
  })

  test('has the same content as for another reader', () => {
    const type = fc.constantFrom(
      ...(['BOOLEAN', 'INT32', 'INT64', 'FLOAT', 'DOUBLE', 'STRING', 'JSON', 'TIMESTAMP', 'UUID'] as const),
    )
    const column = fc.record({
      name: fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
      type,
      nullable: fc.boolean(),
    })
    const columns = fc.uniqueArray(column, { minLength: 1, maxLength: 12, selector: ({ name }) => name })
    fc.assert(
      fc.property(columns, fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 15 }), (given, rows, rowGroupSize) => {
        const columnData = given.map((one) => ({ ...one, data: valuesOf(one.type, rows) })) as ColumnSource[]
        const file = Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize }))
        const expected = parquetMetadata(new Uint8Array(file).buffer)
        const { schema, ...counts } = readMetadata(footerBytes(file))
        expect(counts).toEqual({
          rows: Number(expected.num_rows),
          rowGroups: expected.row_groups.length,
          columnBytes: bytesByColumn(expected),
        })
        expect(
          schema.map(({ name, physicalType, repetition, children }) => [name, physicalType, repetition, children]),
        ).toEqual(
          expected.schema.map((element) => [
            element.name,
            element.type,
            element.repetition_type?.toLowerCase() ?? 'required',
            element.num_children ?? 0,
          ]),
        )
      }),
      { numRuns: 100 },
    )
  })
})

function bytesByColumn({ row_groups: groups }: FileMetaData): number[] {
  const [first] = groups
  return (first?.columns ?? []).map((_, index) =>
    groups.reduce((sum, group) => sum + Number(group.columns[index]?.meta_data?.total_compressed_size ?? 0), 0),
  )
}

function valuesOf(type: string, rows: number): unknown[] {
  const values: Record<string, (index: number) => unknown> = {
    BOOLEAN: (index) => index % 2 === 0,
    INT32: (index) => index,
    INT64: (index) => BigInt(index),
    FLOAT: (index) => index / 2,
    DOUBLE: (index) => index / 3,
    STRING: (index) => `text ${index}`,
    JSON: (index) => ({ index }),
    TIMESTAMP: (index) => new Date(index),
    UUID: () => '00000000-0000-4000-8000-000000000000',
  }
  return Array.from({ length: rows }, (_, index) => values[type]?.(index))
}

describe('the columns of a schema', () => {
  const group = (name: string, children: number, more: Partial<SchemaElement> = {}): SchemaElement => ({
    name,
    children,
    physicalType: undefined,
    repetition: 'optional',
    logicalType: undefined,
    ...more,
  })
  const leaf = (name: string, more: Partial<SchemaElement> = {}): SchemaElement => ({
    ...group(name, 0),
    physicalType: 'INT32',
    repetition: 'required',
    ...more,
  })
  const repeated = { repetition: 'repeated' } as const

  test.each([
    ['a struct', [group('s', 2), leaf('a'), leaf('b')], { 's.a': 'struct', 's.b': 'struct' }],
    [
      'a list of structs of lists',
      [
        group('l', 1, { logicalType: 'LIST' }),
        group('list', 1, repeated),
        group('element', 2),
        leaf('a'),
        group('b', 1, { logicalType: 'LIST' }),
        group('list', 1, repeated),
        leaf('element'),
      ],
      { 'l.list.element.a': 'list.struct', 'l.list.element.b.list.element': 'list.struct.list' },
    ],
    ['a list without a level between', [group('l', 1, { logicalType: 'LIST' }), leaf('item', repeated)], { 'l.item': 'list' }],
    [
      'a list of structs without a level between',
      [group('l', 1, { logicalType: 'LIST' }), group('item', 2, repeated), leaf('a'), leaf('b')],
      { 'l.item.a': 'list.struct', 'l.item.b': 'list.struct' },
    ],
    ['a list that is not called one', [leaf('r', repeated)], { r: 'list' }],
    ['repeated structs', [group('r', 1, repeated), leaf('a')], { 'r.a': 'list.struct' }],
    [
      'a map',
      [group('m', 1, { logicalType: 'MAP' }), group('key_value', 2, repeated), leaf('key'), leaf('value')],
      { 'm.key_value.key': 'map', 'm.key_value.value': 'map' },
    ],
  ])('have the nesting of %s', (_, elements, expected) => {
    const roots = elements.length > 0 ? 1 : 0
    const { columns } = readColumns([group('root', roots), ...elements])
    expect(Object.fromEntries(columns.map(({ path, nesting }) => [path, nesting]))).toEqual(expected)
  })

  test('are counted beyond the stored ones, and cut if their names are very long', () => {
    const many = Array.from({ length: 6_000 }, (_, index) => leaf(`${index}`))
    const read = readColumns([group('root', many.length), ...many])
    expect([read.columnCount, read.columns.length]).toEqual([6_000, 5_000])
    const endless = Array.from({ length: 6_000 }, (_, index) => leaf(`${index}${'x'.repeat(2_000)}`))
    const { columnCount, columns } = readColumns([group('root', endless.length), ...endless])
    expect(columnCount).toBe(6_000)
    expect(columns[0]?.path).toHaveLength(1_000)
    const characters = columns.reduce((sum, { path }) => sum + path.length, 0)
    expect(characters).toBeGreaterThan(900_000)
    expect(characters).toBeLessThan(1_002_000)
  })

  test('say whether times are instants in UTC, for older and newer logical types', () => {
    const times = [
      { name: 'utc', type: 2, logical: timeType(8, true, 2) },
      { name: 'wall', type: 2, logical: timeType(8, false, 2) },
      { name: 'daily', type: 2, logical: timeType(7, true, 3) },
      { name: 'alarm', type: 1, logical: timeType(7, false, 1) },
      { name: 'older', type: 2, converted: 9 },
      { name: 'older-time', type: 2, converted: 8 },
      { name: 'both', type: 2, converted: 10, logical: timeType(8, false, 2) },
    ]
    const { schema } = readMetadata(writeFooter([{ name: 'root', children: times.length }, ...times]))
    expect(readColumns(schema).columns.map(({ path, logicalType }) => [path, logicalType])).toEqual([
      ['utc', 'TIMESTAMP(MICROS, UTC)'],
      ['wall', 'TIMESTAMP(MICROS)'],
      ['daily', 'TIME(NANOS, UTC)'],
      ['alarm', 'TIME(MILLIS)'],
      ['older', 'TIMESTAMP(MILLIS, UTC)'],
      ['older-time', 'TIME(MICROS, UTC)'],
      ['both', 'TIMESTAMP(MICROS)'],
    ])
  })

  test('of a row group are bounded in number', () => {
    const schema = [
      { name: 'root', children: 1 },
      { name: 'a', type: 1 },
    ]
    const chunks = Array.from({ length: 120_000 }, () => 1)
    expect(readMetadata(writeFooter(schema, { columnBytes: chunks })).columnBytes).toHaveLength(100_000)
  })

  test.each([
    ['more', [group('root', 1), leaf('a'), leaf('b')]],
    ['fewer', [group('root', 2), leaf('a')]],
    ['too deep', [group('root', 1), ...Array.from({ length: 200 }, () => group('g', 1)), leaf('a')]],
  ])('are refused if they do not match the schema: %s', (reason, schema) => {
    expect(() => readColumns(schema)).toThrow(reason)
  })
})
