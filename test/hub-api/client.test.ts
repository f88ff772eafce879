import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHubClient, type HubClient } from '../../src/hub/client.ts'
import { allOf } from '../hub/test-server.ts'
import { expectCalls, recordingHub } from './recorder.ts'

let recording: Awaited<ReturnType<typeof recordingHub>>
let client: HubClient
beforeAll(async () => {
  recording = await recordingHub()
  client = createHubClient({ endpoint: recording.hub.url, token: 'hf_ada', retries: 0 })
})
afterAll(async () => {
  await client.close()
  await recording.hub.close()
})

/** They send nothing by themselves. */
const LOCAL = ['close', 'withPriority', 'parquetUrl', 'budgets', 'requestCounts', 'files.url']
const GROUPS = ['collections', 'webhooks', 'files', 'discover', 'viewer']

test("every function of hubdex's own client is driven, and its endpoints are known", async () => {
  const { drive, calls } = recording
  const { collections, webhooks, files, discover, viewer } = client
  const url = files.url('model', 'ada/m', 'config.json')
  const maxBytes = 1_000_000

  for (const kind of ['model', 'dataset', 'space'] as const) {
    await drive('listPages', () => allOf(client.listPages(kind, { limit: 5 })))
  }
  await drive('repoDetail', () => client.repoDetail('model', 'ada/m'))
  await drive('repoDetail', () => client.repoDetail('model', 'ada/m', { revision: 'main' }))
  await drive('tagsByType', () => client.tagsByType('model'))
  await drive('repoTotals', () => client.repoTotals())
  await drive('parquetListing', () => client.parquetListing('ada/rows'))
  await drive('parquetListing', () => client.parquetListing('ada/rows', { config: 'default' }))
  await drive('parquetListing', () => client.parquetListing('ada/rows', { config: 'default', split: 'train' }))
  await drive('fileAt', () => client.fileAt(client.parquetUrl('ada/rows', 'default', 'train', 0), { maxBytes }))
  await drive('repoFile', () => client.repoFile('model', 'ada/m', 'README.md', { maxBytes }))
  await drive('read', () => client.read('/api/trending?limit=1', { maxBytes }))
  await drive('whoami', () => client.whoami())

  await drive('createRepo', () => client.createRepo('model', { id: 'ada/new' }))
  await drive('updateRepoSettings', () => client.updateRepoSettings('model', 'ada/new', { gated: 'auto' }))
  await drive('likeRepo', () => client.likeRepo('model', 'lab/m', true))
  await drive('likeRepo', () => client.likeRepo('model', 'lab/m', false))
  await drive('duplicateRepo', () => client.duplicateRepo('model', 'ada/m', { to: 'ada/copy' }))
  await drive('moveRepo', () => client.moveRepo('model', 'ada/copy', 'ada/moved'))
  await drive('deleteRepo', () => client.deleteRepo('model', 'ada/moved'))

  await drive('files.tree', () => allOf(files.tree('model', 'ada/m', { recursive: true })))
  await drive('files.tree', () => allOf(files.tree('model', 'ada/m', { path: 'data' })))
  await drive('files.pathsInfo', () => files.pathsInfo('model', 'ada/m', ['config.json']))
  await drive('files.commits', () => allOf(files.commits('model', 'ada/m')))
  await drive('files.refs', () => files.refs('model', 'ada/m'))
  await drive('files.download', () => allOf(files.download(url)))
  const changes = [{ path: 'new.txt', content: Buffer.from('new') }]
  await drive('files.commit', () => files.commit('model', 'ada/m', { title: 'New', changes }))
  for (const ref of ['branch', 'tag'] as const) {
    await drive('files.createRef', () => files.createRef('model', 'ada/m', ref, { name: 'v1' }))
    await drive('files.deleteRef', () => files.deleteRef('model', 'ada/m', ref, 'v1'))
  }

  const { slug } = await drive('collections.create', () => collections.create({ title: 'List', namespace: 'lab' }))
  await drive('collections.addItem', () => collections.addItem(slug, { type: 'model', id: 'ada/m' }))
  const { items } = await drive('collections.get', () => collections.get(slug))
  const itemId = items[0]?.itemId ?? ''
  await drive('collections.list', () => allOf(collections.list()))
  await drive('collections.pages', () => allOf(collections.pages({})))
  await drive('collections.update', () => collections.update(slug, { theme: 'pink' }))
  await drive('collections.setResourceGroup', () => collections.setResourceGroup(slug, null))
  await drive('collections.updateItem', () => collections.updateItem(slug, itemId, { note: 'good' }))
  await drive('collections.updateItems', () => collections.updateItems(slug, [{ itemId, note: 'better' }]))
  await drive('collections.deleteItem', () => collections.deleteItem(slug, itemId))
  await drive('collections.delete', () => collections.delete(slug))

  const hook = { url: 'http://127.0.0.1:9/', watched: [{ type: 'user', name: 'ada' } as const] }
  const { id } = await drive('webhooks.create', () => webhooks.create(hook))
  await drive('webhooks.list', () => webhooks.list())
  await drive('webhooks.get', () => webhooks.get(id))
  await drive('webhooks.update', () => webhooks.update(id, { url: 'http://127.0.0.1:9/other' }))
  await drive('webhooks.disable', () => webhooks.disable(id))
  await drive('webhooks.enable', () => webhooks.enable(id))
  await client.likeRepo('model', 'ada/m', true)
  recording.hub.change.commit('model', 'ada/m')
  await recording.hub.webhooks.settled()
  const [delivery] = recording.hub.webhooks.deliveries(id)
  await drive('webhooks.replay', () => webhooks.replay(id, delivery?.id ?? ''))
  await drive('webhooks.delete', () => webhooks.delete(id))

  await drive('discover.trending', () => discover.trending())
  await drive('discover.quickSearch', () => discover.quickSearch('ada'))
  await drive('discover.dailyPapers', () => discover.dailyPapers())
  await drive('discover.papers', () => allOf(discover.papers()))
  await drive('discover.searchPapers', () => discover.searchPapers('models'))
  await drive('discover.paper', () => discover.paper('2307.09288'))
  await drive('discover.tasks', () => discover.tasks())
  await drive('discover.croissant', () => discover.croissant('ada/rows'))
  await drive('discover.discussions', () => discover.discussions('model', 'ada/m'))
  await drive('discover.likers', () => allOf(discover.likers('model', 'ada/m')))
  await drive('discover.user', () => discover.user('reader-1'))
  await drive('discover.organization', () => discover.organization('lab'))
  await drive('discover.members', () => allOf(discover.members('lab')))
  await drive('discover.likes', () => allOf(discover.likes('reader-1')))
  await drive('discover.followers', () => allOf(discover.followers('users', 'reader-1')))
  await drive('discover.followers', () => allOf(discover.followers('organizations', 'lab')))

  await drive('viewer.isValid', () => viewer.isValid('ada/rows'))
  await drive('viewer.splits', () => viewer.splits('ada/rows'))
  await drive('viewer.parquet', () => viewer.parquet('ada/rows'))
  await drive('viewer.size', () => viewer.size('ada/rows'))
  await drive('viewer.info', () => viewer.info('ada/rows'))
  await drive('viewer.statistics', () => viewer.statistics('ada/rows', 'default', 'train'))

  const groups = Object.entries({ collections, webhooks, files, discover, viewer })
  const functions = [
    ...Object.keys(client),
    ...groups.flatMap(([group, members]) => Object.keys(members).map((name) => `${group}.${name}`)),
  ]
  const silent = [...LOCAL, ...GROUPS]
  expect(functions.filter((name) => !silent.includes(name)).toSorted()).toEqual([...calls.keys()].toSorted())
  await expectCalls('client', calls)
})
