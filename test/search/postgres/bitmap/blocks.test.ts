import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { inBlocks } from '../../../../src/search/postgres/bitmap/blocks.ts'
import { useIndex } from '../../../../src/search/postgres/query/force-index-plans.ts'
import { openTestCatalog } from '../../../support/catalog/catalog.ts'
import { catalogTargets } from '../../../support/catalog/embedded.ts'

describe.each(catalogTargets)('the postings of terms in some blocks ($engine)', ({ create }) => {
  it('are found once per term, however many blocks are wanted, and by block if these are few', async () => {
    await using catalog = await openTestCatalog(create)
    await catalog.db.transaction().execute(async (transaction) => {
      await useIndex(transaction, 'search')
      const soughtBy = async (blocks: number) => {
        const { rows } = await sql<Record<string, string>>`
          explain select bits from search.posting
          where term_id = 1 and ${inBlocks(Array.from({ length: blocks }, (_, block) => block))}`.execute(transaction)
        const plan = rows.map((line) => Object.values(line)[0]).join('\n')
        return /Index Cond: .*block/.test(plan) ? 'term and block' : 'term'
      }
      expect(await soughtBy(2)).toBe('term and block')
      expect(await soughtBy(700)).toBe('term')
    })
  })

  it('are those of the blocks, few or many', async () => {
    await using catalog = await openTestCatalog(create)
    const { db } = catalog
    await sql`insert into search.posting (term_id, block, first, bits) select 1, block, 0, B'1' from generate_series(0, 99) as block`.execute(
      db,
    )
    for (const wanted of [[3], [97, 2, 300], Array.from({ length: 40 }, (_, index) => 2 * index)]) {
      const { rows } = await sql<{ block: number }>`
        select block from search.posting where term_id = 1 and ${inBlocks(wanted)} order by block`.execute(db)
      expect(rows.map(({ block }) => block)).toEqual(wanted.filter((block) => block < 100).sort((left, right) => left - right))
    }
  })
})
