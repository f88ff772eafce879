import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { REPO_KINDS } from '../../src/hub/kinds.ts'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { churnAndWrite } from '../support/hub/churn-and-write.ts'
import { brokenCollectionRules, brokenStoreRules, NameLedger } from '../support/hub/hub-rules.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('churn beside writing clients breaks no rule of the Hub, and a restart changes nothing', async () => {
  const folder = mkdtempSync(join(temporaryFolder(), 'hub-rules-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const options = { repos: 120, seed: 11, quota: 0, state: join(folder, 'state.json') }
  const hub = await createSampleHub(options)
  const { broken, counts } = await churnAndWrite(hub, { isDone: (steps) => steps >= 240, churnPerStep: 4 })
  const everything = (one: typeof hub) => REPO_KINDS.flatMap((kind) => [...one.repos(kind)]).map((repo) => JSON.stringify(repo))
  const [before, collections] = [everything(hub).toSorted(), hub.collections.state]
  await hub.close()
  expect(broken).toEqual([])
  const done = Object.values(counts).reduce((sum, count) => sum + count.done, 0)
  expect(done).toBeGreaterThan(100)

  const again = await createSampleHub(options)
  onTestFinished(() => again.close())
  expect(everything(again).toSorted()).toEqual(before)
  expect(again.collections.state).toEqual(JSON.parse(JSON.stringify(collections)))
  expect([...(await brokenStoreRules(again)), ...brokenCollectionRules(again)]).toEqual([])
})

test('the rules notice a store that is broken', async () => {
  const hub = await createSampleHub({ repos: 40, seed: 2, quota: 0 })
  onTestFinished(() => hub.close())
  const ledger = new NameLedger(hub)
  const shelf = hub.store.shelves.model
  const [one = 0, other = 1] = [...shelf.indexes()]
  const { id } = shelf.repoAt(one, { names: new Set(), blobs: false })
  shelf.patch(other, { id, author: 'nobody', likes: 0, likers: ['ada'] })
  const broken = [...(await brokenStoreRules(hub)), ...ledger.broken()]
  expect(broken.join('\n')).toMatch(/both called.*author.*likes/s)
})
