import { expect, it } from 'vitest'
import { deleteBacklog, lastCommittedEntry } from '../../../src/catalog/outbox/backlog.ts'
import { writeEnqueued } from '../../search/indexing/enqueued-repos.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { createAnyTarget } from '../../support/catalog/embedded.ts'

const catalog = sharedCatalog(createAnyTarget)

it('deletes the entries of live repos up to a number, however many portions they take', async () => {
  await writeEnqueued(catalog.db, { last: 20 })
  await catalog.rows(`update catalog.repos set removed_at = now() where hub_id in ('hub-3', 'hub-20')`)
  const covered = await lastCommittedEntry(catalog.db)
  await writeEnqueued(catalog.db, { first: 4, last: 6 })
  await deleteBacklog(catalog.db, covered, 3)
  const left = await catalog.rows('select hub_id from catalog.search_outbox order by seq')
  expect(left.map(({ hub_id }) => hub_id)).toEqual(['hub-3', 'hub-20', 'hub-4', 'hub-5', 'hub-6'])
})
