import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { crawledHub } from '../../support/catalog/crawled-hub.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { freshHub } from '../../support/hub/sample-hub.ts'
import { hubdex } from '../../support/processes/hubdex.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = mkdtempSync(join(temporaryFolder(), 'hub-commands-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('hubdex hub', () => {
  const hub = freshHub({
    quota: 0,
    payloads: { models: [{ id: 'ada/m' }, { id: 'ada/n', likes: 3 }, { id: 'lab/m' }], datasets: [{ id: 'ada/rows' }] },
    people: { users: [{ name: 'ada', orgs: { lab: 'read', team: 'write' } }] },
  })

  async function run(...commandLine: string[]) {
    const environment = { HF_ENDPOINT: hub.url, HF_TOKEN: 'hf_ada', HUBDEX_DATA_DIR: folder }
    const { code, stdout, stderr } = await hubdex(['hub', ...commandLine, '--json'], environment)
    return { code, stderr, result: stdout === '' ? undefined : JSON.parse(stdout) }
  }

  test('says whose token it is', async () => {
    const orgs = [
      { name: 'lab', roleInOrg: 'read' },
      { name: 'team', roleInOrg: 'write' },
    ]
    expect(await run('whoami')).toMatchObject({ code: 0, result: { name: 'ada', orgs } })
    const { code, stderr } = await hubdex(['hub', 'whoami'], { HF_ENDPOINT: hub.url })
    expect([code, stderr.includes('HF_TOKEN')]).toEqual([1, true])
    const asText = await hubdex(['hub', 'whoami'], { HF_ENDPOINT: hub.url, HF_TOKEN: 'hf_ada' })
    expect(asText).toMatchObject({ code: 0, stdout: expect.stringContaining('ada') })
    expect(asText.stdout).not.toContain('hf_ada')
  })

  test('creates, sets, copies, renames and deletes repos', async () => {
    expect(await run('repo', 'create', 'new', '--private')).toMatchObject({ code: 0, result: { kind: 'model', id: 'ada/new' } })
    expect(await run('repo', 'settings', 'ada/new', '--visibility', 'public', '--gated', 'auto', '--yes')).toMatchObject({
      code: 0,
    })
    expect(await run('repo', 'duplicate', 'lab/m', 'copy')).toMatchObject({ code: 0, result: { id: 'ada/copy' } })
    expect(await run('repo', 'move', 'ada/copy', 'ada/moved', '--yes')).toMatchObject({ code: 0 })
    expect(await run('repo', 'delete', 'ada/moved', '--yes')).toMatchObject({ code: 0, result: { deleted: true } })
    const ids = [...hub.repos('model', ['gated'])].map(({ id, gated }) => `${id} ${String(gated)}`)
    expect(ids.toSorted()).toEqual(['ada/m false', 'ada/n false', 'ada/new auto', 'lab/m false'])
  })

  test('asks before it destroys, and says what it would do', async () => {
    expect(await run('repo', 'delete', 'ada/n')).toMatchObject({ code: 2, result: undefined })
    expect(await run('repo', 'delete', 'ada/n', '--dry-run')).toMatchObject({
      code: 0,
      result: { dryRun: true, change: expect.stringContaining('ada/n (3 likes') },
    })
    expect(await run('repo', 'move', 'ada/n', 'ada/o')).toMatchObject({ code: 2 })
    expect(await run('repo', 'create', 'ada/o', '--dry-run')).toMatchObject({ code: 0 })
    expect([...hub.repos('model', [])]).toHaveLength(3)
  })

  test.each([
    [['repo', 'create', 'ada/m'], '409'],
    [['repo', 'create', 'lab/x'], '403'],
    [['repo', 'delete', 'ada/none', '--yes'], '404'],
    [['repo', 'delete', 'lab/m', '--yes'], '403'],
    [['repo', 'move', 'ada/m', 'ada/n', '--yes'], '409'],
    [['collection', 'show', 'ada/none-64f9a55bb3115b4f513ec026'], '404'],
    [['collection', 'create', '--title', 'x'.repeat(61)], '400'],
    [['webhook', 'create', 'ftp://a.example', '--watch', 'user:ada'], '400'],
    [['webhook', 'delete', '64f9a55bb3115b4f513ec026', '--yes'], '404'],
  ])('%j fails with the status %s, the route and the message of the Hub', async (commandLine, status) => {
    const { code, stderr } = await run(...commandLine)
    expect(code).toBe(1)
    expect(stderr).toMatch(new RegExp(`/api/\\S+ .*answered ${status} \\(.+\\)`))
  })

  test.each([
    ['repo', 'create', 'ada/app', '--kind', 'space'],
    ['repo', 'settings', 'ada/m'],
    ['repo', 'create', 'ada/x', '--private', '--visibility', 'public'],
    ['collection', 'show', 'nothing'],
    ['collection', 'create', '--title', 'x', '--kind', 'model'],
    ['collection', 'move', 'ada/x', 'ada/m', 'first'],
    ['webhook', 'create', 'http://a.example'],
    ['webhook', 'create', 'http://a.example', '--watch', 'planet:mars'],
  ])('%j %j %j is wrong usage', async (...commandLine) => {
    expect((await run(...commandLine)).code).toBe(2)
  })

  test('makes, fills, orders and deletes a collection', async () => {
    const { result } = await run('collection', 'create', '--title', 'To read')
    const { slug } = result
    const collection = (name: string, ...rest: string[]) => run('collection', name, slug, ...rest)
    expect((await collection('add', 'ada/m', 'datasets/ada/rows', '2307.09288', '--note', 'good')).result).toEqual({
      slug,
      added: ['ada/m', 'ada/rows', '2307.09288'],
      present: [],
    })
    expect((await collection('add', 'ada/m')).result).toMatchObject({ added: [], present: ['ada/m'] })
    expect((await collection('note', 'ada/m', 'better')).code).toBe(0)
    expect((await collection('move', 'papers/2307.09288', '0')).code).toBe(0)
    expect((await collection('remove', 'ada/rows', '--kind', 'dataset')).code).toBe(2)
    expect((await collection('remove', 'datasets/ada/rows', '--yes')).code).toBe(0)
    const { items } = (await run('collection', 'show', `${hub.url}/collections/${slug}`)).result
    expect(items.map(({ id, note }: { id: string; note: { text: string } }) => [id, note.text])).toEqual([
      ['2307.09288', 'good'],
      ['ada/m', 'better'],
    ])
    const renamed = await collection('update', '--title', 'Have read', '--private')
    expect(renamed.result).toMatchObject({ title: 'Have read', private: true })
    expect((await run('collection', 'list', '--owner', 'ada')).result).toMatchObject([{ slug: renamed.result.slug }])
    expect((await collection('delete', '--yes')).code).toBe(0)
    expect((await run('collection', 'list')).result).toEqual([])
  })

  test('puts a collection of an organization into a resource group, and takes it out', async () => {
    const group = '64f9a55bb3115b4f513ec026'
    const made = await run('collection', 'create', '--title', 'Team', '--namespace', 'team', '--resource-group', group)
    const { slug } = made.result
    const groupOf = () => hub.collections.ofOwner('team')[0]?.resourceGroupId
    expect(groupOf()).toBe(group)
    expect((await run('collection', 'update', slug, '--no-resource-group')).result).toMatchObject({ title: 'Team' })
    expect(groupOf()).toBeUndefined()
    await run('collection', 'update', slug, '--resource-group', group, '--title', 'Our team')
    expect(hub.collections.ofOwner('team')).toMatchObject([{ title: 'Our team', resourceGroupId: group }])
    const refused = await run('collection', 'create', '--title', 'Mine', '--resource-group', group)
    expect([refused.code, refused.stderr.includes('403')]).toEqual([1, true])
    expect((await run('collection', 'update', slug, '--resource-group', 'x')).stderr).toContain('400')
  })

  test('manages webhooks, whose secret it never shows', async () => {
    const secret = 'a-long-secret-of-1-webhook'
    const environment = { HF_ENDPOINT: hub.url, HF_TOKEN: 'hf_ada', HUBDEX_WEBHOOK_SECRET: secret }
    const made = await hubdex(['hub', 'webhook', 'create', 'http://a.example', '--watch', 'model:ada/m', '--json'], environment)
    const { id, hasSecret } = JSON.parse(made.stdout)
    expect([hasSecret, made.stdout.includes(secret)]).toEqual([true, false])
    expect(hub.webhooks.ofOwner('ada')[0]?.secret).toBe(secret)
    expect((await run('webhook', 'disable', id)).result).toMatchObject({ disabled: true })
    expect((await run('webhook', 'enable', id)).result).toMatchObject({ disabled: false })
    expect((await run('webhook', 'update', id, '--url', 'http://b.example')).result).toMatchObject({ url: 'http://b.example' })
    expect((await run('webhook', 'list')).result).toMatchObject([{ id, watched: [{ type: 'model', name: 'ada/m' }] }])
    expect((await run('webhook', 'replay', id, 'f'.repeat(24))).code).toBe(1)
    expect((await run('webhook', 'delete', id)).code).toBe(2)
    expect((await run('webhook', 'delete', id, '--yes')).code).toBe(0)
  })
})

describe.each(anyCatalogTarget.slice(0, 1))('a collection from a search ($engine)', ({ create }) => {
  const { catalog, environment } = crawledHub(create, { repos: 120, seed: 4, quota: 0 })

  async function run(...commandLine: string[]) {
    const settings = { ...environment, HF_TOKEN: 'hf_ada', HUBDEX_DATA_DIR: folder }
    const { code, stdout, stderr } = await hubdex(['hub', 'collection', ...commandLine, '--json'], settings)
    return { code, stderr, result: stdout === '' ? undefined : JSON.parse(stdout) }
  }
  const SEARCH = ['--from-search', '--kind', 'model', '--sort', 'downloads', '--limit', '5']
  const shownIds = async (slug: string) => (await run('show', slug)).result.items.map(({ id }: { id: string }) => id)

  test('holds what it finds, continues without duplicates, and is kept so', async () => {
    const planned = await run('create', '--title', 'Top', ...SEARCH, '--dry-run')
    expect(planned.result.change).toContain('5 items')
    const first = await run('create', '--title', 'Top', ...SEARCH)
    expect(first).toMatchObject({ code: 0, result: { created: true, present: [], missing: [] } })
    const { slug, added } = first.result
    expect(await shownIds(slug)).toEqual(added)
    expect(added).toHaveLength(5)
    const again = await run('create', '--title', 'Top', ...SEARCH)
    expect(again.result).toEqual({ slug, created: false, added: [], present: added, missing: [] })

    const [hand] = (await catalog.rows(`select id from models order by downloads limit 1`)) as [{ id: string }]
    await run('add', slug, hand.id)
    expect(await run('sync', slug, '--kind', 'model', '--sort', 'downloads', '--limit', '3')).toMatchObject({ code: 2 })
    const synced = await run('sync', slug, '--kind', 'model', '--sort', 'downloads', '--limit', '3', '--yes')
    expect(synced).toMatchObject({ code: 0, result: { removed: added.slice(3) } })
    expect(await shownIds(slug)).toEqual([...added.slice(0, 3), hand.id])
    expect((await run('sync', slug)).result).toMatchObject({ added: [], removed: [] })
  })

  test('says which search is missing', async () => {
    const { result } = await run('create', '--title', 'By hand')
    expect(await run('sync', result.slug)).toMatchObject({ code: 2, stderr: expect.stringContaining(result.slug) })
  })
})
