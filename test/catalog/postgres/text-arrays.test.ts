import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openTestCatalog } from '../../support/catalog/catalog.ts'

describe('arrays of text', () => {
  it('are read as they were written', async () => {
    await using catalog = await openTestCatalog()
    const member = fc.oneof(
      fc.constantFrom(null, '', 'NULL', 'null', 'a,b', 'a b', '"', '\\', '{', '}', '[0:1]={a}', 'license:mit', 'é'),
      fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(member, { maxLength: 5 }), { minLength: 1, maxLength: 20 }), async (arrays) => {
        const { rows } = await sql<{ members: (string | null)[] }>`${sql.join(
          arrays.map((members) => sql`select ${members}::text[] as members`),
          sql` union all `,
        )}`.execute(catalog.db)
        expect(rows.map(({ members }) => members)).toEqual(arrays)
      }),
      { numRuns: 20 },
    )
    const { rows } = await sql<{ members: unknown }>`
      select array[['a', 'b'], ['c', 'd']] as members union all select '[0:1]={a,b}'::text[]`.execute(catalog.db)
    expect(rows.map(({ members }) => members)).toEqual([
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
      ['a', 'b'],
    ])
  })
})
