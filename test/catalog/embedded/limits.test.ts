import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type CatalogConnection, openConnection } from '../../../src/catalog/connection.ts'
import type { EmbeddedEvent } from '../../../src/catalog/embedded/embedded-events.ts'
import { createDataDirectory } from '../../support/catalog/embedded.ts'

const LARGE_BYTES = 384 * 1024 * 1024
const nested = (before: string, inner: string, after: string, levels: number) =>
  `select ${before.repeat(levels)}${inner}${after.repeat(levels)}`

let dataDirectory: string
let connection: CatalogConnection
let events: EmbeddedEvent[] = []

beforeAll(async () => {
  dataDirectory = await createDataDirectory()
  connection = await openConnection({ dataDirectory }, { onEvent: (event) => events.push(event) })
})
beforeEach(() => {
  events = []
})
afterAll(async () => {
  await connection.close()
  await rm(dataDirectory, { recursive: true })
})

test.each([
  ['parentheses', nested('(', '1', ')', 100_000)],
  ['operators to the left', nested('', '1', '+1', 30_000)],
  ['operators to the right', nested('1+(', '1', ')', 30_000)],
  ['casts', nested('', '1', '::int', 100_000)],
  ['negations', nested('not ', 'true', '', 100_000)],
  ['conditions', nested('case when true then ', '1', ' end', 30_000)],
  ['functions', nested('abs(', '1', ')', 30_000)],
  ['unions', nested('', '1', ' union select 1', 30_000)],
  ['JSON', "select (repeat('[', 100000) || repeat(']', 100000))::jsonb"],
  ['JSON paths', "select ('$' || repeat(' ? (@', 100000) || repeat(')', 100000))::jsonpath"],
  ['text queries', "select (repeat('!(', 100000) || 'a' || repeat(')', 100000))::tsquery"],
  ['regular expressions', "select 'a' ~ (repeat('(', 300000) || 'a' || repeat(')', 300000))"],
])('%s that are nested too deeply fail the query only', async (_, text) => {
  const error = await connection.pool.query(text).catch((error: unknown) => error)
  expect(error).toMatchObject({ code: expect.stringMatching(/^(54001|42601|2201B)$/) })
  expect(events).not.toContainEqual(expect.objectContaining({ type: 'restarted' }))
})

test.each([
  ['one text', "select octet_length(repeat(repeat('x', 1000000), 900))"],
  ['an aggregate', "select octet_length(string_agg(repeat('x', 1000000), '')) from generate_series(1, 2000)"],
  ['a format', "select length(format('%1000000000s', ''))"],
])('%s that needs more than the maximum memory fails the query only', async (_, text) => {
  const client = await connection.pool.connect()
  await client.query('begin')
  await expect(client.query(text)).rejects.toMatchObject({ code: '53200' })
  await expect(client.query('select 1')).rejects.toMatchObject({ code: '25P02' })
  await client.query('rollback')
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  client.release()
})

test('the memory of a large query is freed, and waiting clients get their answers', async () => {
  const large = connection.pool.query("select octet_length(repeat(repeat('x', 1000000), 300)) as length")
  const others = Array.from({ length: 5 }, (_, index) => connection.pool.query('select $1::int as index', [index]))
  expect((await large).rows).toEqual([{ length: 300_000_000 }])
  for (const [index, other] of others.entries()) expect((await other).rows).toEqual([{ index }])
  expect(events).toEqual([{ type: 'renewed', memoryBytes: expect.any(Number) }])
  expect(events[0]).toSatisfy((event: { memoryBytes: number }) => event.memoryBytes > LARGE_BYTES)
})

// The planner runs out of memory, and then the handling of that error does.
test('a query that ends Postgres for lack of memory fails only itself, too', async () => {
  const query = connection.pool.query(nested('(select ', '1', ')', 2_400))
  await expect(query).rejects.toMatchObject({ code: '53200' })
  expect((await connection.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  expect(events).toEqual([{ type: 'renewed', memoryBytes: expect.any(Number) }])
})
