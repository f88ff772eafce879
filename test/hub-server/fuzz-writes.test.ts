import fc from 'fast-check'
import { expect, test } from 'vitest'
import { REPO_KINDS } from '../../src/hub/kinds.ts'
import * as collectionBodies from '../../src/hub-server/collections/collection-bodies.ts'
import { newWebhook, webhookChanges } from '../../src/hub-server/webhooks/webhook-bodies.ts'
import { startClient } from '../hub/test-server.ts'
import { DRIVEN_HUB } from '../hub-api/driven-hub.ts'
import { ENDPOINTS } from '../hub-api/endpoints.ts'
import { arbitraryOf } from '../support/arbitrary-of.ts'
import { brokenCollectionRules, brokenFileRules, brokenStoreRules, NameLedger } from '../support/hub/hub-rules.ts'
import { sharedHub } from '../support/hub/sample-hub.ts'

const hub = sharedHub(DRIVEN_HUB)

/** The first of each kind exists at the start. */
const OF_KIND = { models: 'ada/m', datasets: 'ada/rows', spaces: 'ada/app' } as const
const OTHER_IDS = ['ada/gated', 'ada/shards', 'lab/m', 'ada/new', 'ada/other', 'ada/none', 'bob/m']
const IDS = [...Object.values(OF_KIND), ...OTHER_IDS]
const PATHS = ['README.md', 'a.txt', 'data/a.txt', 'data', '../x', '.git/config', '', 'a/'.repeat(300)]
const REFS = ['main', 'main', 'dev', 'dev', 'v1', 'refs/pr/1', 'refs/heads/main', 'HEAD', '..', 'x y']
const KNOWN = {
  id: [...IDS, '2307.09288'],
  name: ['ada/new', 'ada/m', 'ada'],
  namespace: ['ada', 'lab', 'bob'],
  title: ['One', 'Two'],
  url: ['http://127.0.0.1:9/', 'ftp://a.example'],
  resourceGroupId: ['64f9a55bb3115b4f513ec026'],
}

const text = (...known: readonly string[]) =>
  fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...known) }, fc.string({ maxLength: 9 }))
const { newCollection, changes, newItem, itemChanges, batch, newGroup } = collectionBodies

/** Bodies of the repo routes, whose checks are no schemas. */
const repoBody = fc.record(
  {
    name: text(...IDS, 'new'),
    organization: fc.constantFrom('ada', 'lab', 'bob', null, 7),
    type: fc.constantFrom(...REPO_KINDS, 'kernel'),
    sdk: fc.constantFrom('static', 'none'),
    private: fc.boolean(),
    visibility: fc.constantFrom('public', 'protected', 'hidden'),
    gated: fc.constantFrom(false, 'auto', true),
    fromRepo: text(...IDS),
    toRepo: text(...IDS),
    repository: text(...IDS),
    files: fc.array(
      fc.record({ path: text(...PATHS), content: fc.string(), size: fc.integer({ max: 9 ** 9 }), sample: fc.string() }),
    ),
    paths: fc.array(text(...PATHS)),
    startingPoint: text(...REFS),
    tag: text(...REFS),
    user: text('bob', 'lab'),
    content: fc.string(),
    objects: fc.array(fc.record({ oid: fc.constantFrom('a'.repeat(64), 'x'), size: fc.integer() })),
  },
  { requiredKeys: [] },
)
const commitBody = fc
  .array(
    fc.record({
      key: fc.constantFrom('file', 'lfsFile', 'deletedFile', 'deletedFolder', 'header', 'none'),
      value: fc.record({ path: text(...PATHS), content: fc.string(), oid: fc.constant('a'.repeat(64)), summary: fc.string() }),
    }),
    { maxLength: 4 },
  )
  .map((lines) => [{ key: 'header', value: { summary: 'Fuzz' } }, ...lines].map((line) => JSON.stringify(line)).join('\n'))

const BODIES: readonly (readonly [RegExp, fc.Arbitrary<unknown>])[] = [
  [/\/items\/batch$/, arbitraryOf(batch, KNOWN)],
  [/\/items?$/, arbitraryOf(newItem, KNOWN)],
  [/\/items\//, arbitraryOf(itemChanges, KNOWN)],
  [/\/resource-group$/, arbitraryOf(newGroup, KNOWN)],
  [/^POST \/api\/collections$/, arbitraryOf(newCollection, KNOWN)],
  [/^PATCH \/api\/collections/, arbitraryOf(changes, KNOWN)],
  [/^POST \/api\/settings\/webhooks$/, arbitraryOf(newWebhook, KNOWN)],
  [/^POST \/api\/settings\/webhooks/, arbitraryOf(webhookChanges, KNOWN)],
  [/./, fc.oneof({ weight: 9, arbitrary: repoBody }, fc.jsonValue())],
]

/** What stands for a placeholder, among it what exists now: numbers choose. */
function partOf(name: string, choice: number): string {
  const [all, webhooks] = [hub.collections.state.collections, hub.webhooks.ofOwner('ada')]
  const { hubId = 'none', owner = 'ada', items = [] } = all[choice % Math.max(1, all.length)] ?? {}
  const values: Readonly<Record<string, readonly string[]>> = {
    kinds: ['models', 'datasets', 'spaces'],
    kind: REPO_KINDS,
    tagged: ['models', 'datasets'],
    id: IDS,
    rev: REFS.map(encodeURIComponent),
    path: ['', '/data', '/README.md', '/..%2f'],
    slug: [`${owner}/list-${hubId}`, 'ada/none', `ada/${'f'.repeat(24)}`],
    item: [items[choice % Math.max(1, items.length)]?.itemId ?? 'none', 'f'.repeat(24)],
    page: ['/ada/m', '/datasets/ada/rows', '/spaces/ada/app'],
    name: ['ada', 'lab', 'reader-1', 'nobody'],
    delivery: [hub.webhooks.deliveries(webhooks[0]?.id ?? '')[0]?.id ?? 'none'],
    sha256: ['a'.repeat(64)],
  }
  const known = values[name] ?? ['0', 'default', 'train', '2307.09288']
  return known[choice % known.length] ?? ''
}

/** The path of an endpoint. Most ids are of the kind that the path names. */
function urlOf(name: string, choices: readonly number[]): string {
  const hooks = hub.webhooks.ofOwner('ada')
  let [at, kinds] = [0, 'models']
  return name.replace(/^\w+ /, '').replaceAll(/\{(\w+)\}/g, (_all, part: string) => {
    const choice = choices[at++] ?? 0
    if (part === 'id' && name.includes('/webhooks/{id}')) return hooks[choice % Math.max(1, hooks.length)]?.id ?? 'none'
    if (part === 'id' && choice % 3 > 0) return OF_KIND[kinds as keyof typeof OF_KIND]
    const value = partOf(part, choice)
    if (part === 'kinds') kinds = value
    return value
  })
}

const anyQuery = fc
  .array(
    fc.tuple(
      fc.constantFrom('limit', 'cursor', 'expand', 'recursive', 'type', 'sort', 'p', 'create_pr'),
      fc.string({ maxLength: 9 }),
    ),
  )
  .map((parameters) => `?${new URLSearchParams(parameters)}`)

const request = fc.constantFrom(...ENDPOINTS.map(({ name }) => name)).chain((name) => {
  const isCommit = name.includes('/commit/')
  const body = isCommit
    ? fc.oneof({ weight: 9, arbitrary: commitBody }, fc.string())
    : BODIES.find(([of]) => of.test(name))?.[1]
  return fc.record({
    name: fc.constant(name),
    isCommit: fc.constant(isCommit),
    choices: fc.array(fc.nat({ max: 997 }), { minLength: 5, maxLength: 5 }),
    query: fc.oneof(fc.constantFrom('', '?dataset=ada%2Frows&config=default&split=train', '?q=a&limit=2'), anyQuery),
    token: fc.constantFrom('hf_ada', 'hf_ada', 'hf_ada', 'hf_bob', undefined),
    body: body ?? fc.constant(undefined),
  })
})

test('No request to any endpoint makes the Hub fail, and none breaks a rule of its store', async () => {
  const ledger = new NameLedger(hub)
  const client = startClient(hub.url, { token: 'hf_ada' })
  const { slug } = await client.collections.create({ title: 'First', namespace: 'ada' })
  await client.collections.addItem(slug, { type: 'model', id: 'ada/m' })
  await client.webhooks.create({ url: 'http://127.0.0.1:9/', watched: [{ type: 'user', name: 'ada' }] })
  await client.files.createRef('model', 'ada/m', 'branch', { name: 'dev' })
  const statuses = new Map<string, Set<number>>()
  await fc.assert(
    fc.asyncProperty(request, async ({ name, isCommit, choices, query, token, body }) => {
      const url = urlOf(name, choices) + query
      const [method = 'GET'] = name.split(' ')
      const hasBody = method !== 'GET'
      const type = isCommit ? 'application/x-ndjson' : 'application/json'
      const answer = await fetch(hub.url + url, {
        method,
        redirect: 'manual',
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(hasBody ? { 'content-type': type } : {}),
        },
        ...(hasBody ? { body: isCommit ? String(body) : (JSON.stringify(body) ?? '') } : {}),
      })
      const text = await answer.text()
      expect([method, url, answer.status < 500]).toEqual([method, url, true])
      if (answer.status >= 400) expect(Object.keys(JSON.parse(text))).toContain('error')
      statuses.set(name, (statuses.get(name) ?? new Set()).add(Math.floor(answer.status / 100)))
    }),
    { numRuns: 1_000, seed: 7 },
  )
  const broken = [...ledger.broken(), ...(await brokenStoreRules(hub)), ...brokenCollectionRules(hub)]
  for (const kind of REPO_KINDS) {
    const repos = [...hub.repos(kind, [])].map(({ id }) => ({ kind, id }))
    broken.push(...(await brokenFileRules(hub, repos, 'hf_ada')))
  }
  expect(broken).toEqual([])
  expect([...statuses.keys()].toSorted()).toEqual(ENDPOINTS.map(({ name }) => name).toSorted())
  const done = [...statuses].filter(([, seen]) => seen.has(2) || seen.has(3))
  expect(done.length).toBeGreaterThan(ENDPOINTS.length * 0.6)
})
