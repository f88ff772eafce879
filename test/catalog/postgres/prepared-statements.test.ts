import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openConnection } from '../../../src/catalog/connection.ts'
import { PREPARED } from '../../../src/catalog/postgres/prepared-statements.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'

describe.each(anyCatalogTarget)('a marked statement ($engine)', ({ engine, create }) => {
  it('is prepared once per connection of a server, and answers as any other', async () => {
    const { target, remove } = await create()
    const { db, close } = await openConnection(target, { maxConnections: 1 })
    const sumOf = (left: number, right: number) =>
      sql<{ sum: number }>`${PREPARED} select ${left}::int + ${right}::int as sum`.execute(db)
    expect((await sumOf(1, 2)).rows).toEqual([{ sum: 3 }])
    expect((await sumOf(3, 4)).rows).toEqual([{ sum: 7 }])
    const { rows } = await sql<{ name: string }>`select name from pg_prepared_statements where from_sql is false`.execute(db)
    expect(rows.filter(({ name }) => name !== '')).toHaveLength(engine === 'embedded' ? 0 : 1)
    await close()
    await remove()
  })
})
