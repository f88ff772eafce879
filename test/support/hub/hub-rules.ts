import { createHash } from 'node:crypto'
import { pluralOf, REPO_KINDS, type RepoKind } from '../../../src/hub/kinds.ts'
import { gitHashOf } from '../../../src/hub-server/http/git-objects.ts'
import { SORT_KEYS } from '../../../src/hub-server/hub-store.ts'
import type { SampleHub } from '../../../src/sample-hub/sample-hub.ts'
import { SortOrder } from '../../../src/sample-hub/shelves/sort-order.ts'
import { collectTags } from '../../../src/sample-hub/tags-by-type.ts'
import type { Written } from './client-writes.ts'

/** Where names lead, as the announced changes say, for comparison with where the Hub leads. */
export class NameLedger {
  /** `_id` by kind and lowercase name; null for a name that led to a repo that is deleted. */
  readonly #hubIds = new Map<string, string | null>()
  readonly #hub: SampleHub

  constructor(hub: SampleHub) {
    this.#hub = hub
    for (const kind of REPO_KINDS) {
      const shelf = hub.store.shelves[kind]
      for (const index of shelf.indexes()) {
        const { _id, id } = shelf.repoAt(index, { names: new Set(), blobs: false })
        this.#hubIds.set(keyOf(kind, id), _id)
      }
    }
    hub.change.onChange((change) => {
      const { kind, hubId, id, type } = change
      if (type === 'create' || type === 'move') this.#hubIds.set(keyOf(kind, id), hubId)
      if (type !== 'delete') return
      for (const [name, led] of this.#hubIds) if (led === hubId) this.#hubIds.set(name, null)
    })
  }

  broken(): string[] {
    return [...this.#hubIds].flatMap(([key, hubId]) => {
      const [kind = '', name = ''] = key.split(' ')
      const led = this.#hub.store.hubIdOf(kind as RepoKind, name) ?? null
      return led === hubId ? [] : [`the ${kind} ${name} leads to ${led}, expected ${hubId}`]
    })
  }
}

function keyOf(kind: RepoKind, id: string): string {
  return `${kind} ${id.toLowerCase()}`
}

/** The rules of a store that do not hold, one sentence each: indexes, names, orders, counts and tags. */
export async function brokenStoreRules({ store }: SampleHub): Promise<string[]> {
  const broken: string[] = []
  const expect = (holds: boolean, rule: () => string): void => {
    if (!holds) broken.push(rule())
  }
  for (const kind of REPO_KINDS) {
    const shelf = store.shelves[kind]
    const indexes = [...shelf.indexes()]
    expect(indexes.length === shelf.size, () => `${kind}: ${indexes.length} repos live, the size is ${shelf.size}`)
    const names = new Map<string, string>()
    const fields = { names: new Set(['author', 'modelId', 'likes', 'likers', 'downloads', 'siblings']), blobs: true }
    for (const index of indexes) {
      const repo = shelf.repoAt(index, fields)
      const { _id, id, author, modelId, likers, siblings } = repo
      const name = id.toLowerCase()
      expect(!names.has(name), () => `${kind}: ${_id} and ${names.get(name)} are both called ${id}`)
      names.set(name, _id)
      const match = shelf.find(id)
      expect(match?.index === index && match.id === id, () => `${kind}: ${id} leads to ${match?.id} at ${match?.index}`)
      const owner = id.includes('/') ? id.slice(0, id.indexOf('/')) : undefined
      expect(author === undefined || author === owner, () => `${kind}: the author of ${id} is ${author}`)
      expect(modelId === undefined || modelId === id, () => `${kind}: the modelId of ${id} is ${modelId}`)
      const likes = Number(repo['likes'] ?? 0)
      expect(likes >= 0 && Number(repo['downloads'] ?? 0) >= 0, () => `${kind}: ${id} has a negative counter`)
      expect(!Array.isArray(likers) || likers.length <= likes, () => `${kind}: ${id} has ${likes} likes of more users`)
      const paths = Array.isArray(siblings) ? siblings.map((file) => file?.rfilename) : []
      expect(new Set(paths).size === paths.length, () => `${kind}: ${id} has a file twice`)
    }
    const hubIds = new Set(indexes.map((index) => shelf.hubIdAt(index)))
    expect(hubIds.size === indexes.length, () => `${kind}: two repos have one _id`)
    const listed = indexes.filter((index) => shelf.isListed(index)).length
    expect(listed === shelf.listedSize(), () => `${kind}: ${listed} repos are listed, the count is ${shelf.listedSize()}`)
    for (const key of SORT_KEYS) {
      for (const descending of [true, false]) {
        const [order, again] = [shelf.order(key, descending), new SortOrder(shelf, key, descending)]
        const places = Array.from({ length: Math.min(order.size, again.size) }, (_, place) => place)
        const wrong = places.find((place) => order.at(place) !== again.at(place))
        expect(
          order.size === again.size && wrong === undefined,
          () => `${kind}: the order by ${key} (${order.size} of ${again.size} repos) is wrong at place ${wrong}`,
        )
      }
    }
    if (kind === 'space') continue
    const known = JSON.stringify(sortedTags(await store.tagsByType(kind)))
    expect(known === JSON.stringify(sortedTags(collectTags(kind, shelf))), () => `${kind}: the tags by type are outdated`)
  }
  return broken
}

function sortedTags(tags: Record<string, readonly { id: string }[]>): unknown {
  return Object.entries(tags).map(([type, entries]) => [type, entries.map(({ id }) => id).toSorted()])
}

/** The rules of collections that do not hold. An item may be of a repo that is gone, but never of another one. */
export function brokenCollectionRules({ collections, store }: SampleHub): string[] {
  const all = collections.state.collections
  const itemIds = all.flatMap(({ items }) => items.map(({ itemId }) => itemId))
  const broken = new Set(itemIds).size === itemIds.length ? [] : ['two items of collections have one _id']
  const live = new Set(
    REPO_KINDS.flatMap((kind) => {
      const shelf = store.shelves[kind]
      return [...shelf.indexes()].map((index) => `${kind} ${shelf.hubIdAt(index)}`)
    }),
  )
  for (const { hubId, items, title } of all) {
    const targets = items.map(({ type, hubId: target }) => `${type} ${target}`)
    if (new Set(targets).size !== targets.length) broken.push(`the collection ${hubId} has an item twice`)
    if (title.length > 60 || title.trim() === '') broken.push(`the collection ${hubId} has the title "${title}"`)
    for (const { type, id, hubId: target } of items) {
      const kind = REPO_KINDS.find((one) => one === type)
      if (kind === undefined || !live.has(`${kind} ${target}`)) continue
      if (store.hubIdOf(kind, id) !== target)
        broken.push(`the item ${type} ${id} of ${hubId} exists, but its name leads elsewhere`)
    }
  }
  return broken
}

interface Sibling {
  rfilename: string
  size: number
  blobId: string
  lfs?: { sha256: string; size: number }
}

/**
 * The rules of commits, refs and files that do not hold for some repos. Repos that are gone, hidden or moved are skipped.
 *
 * @param token of the owner, who reads private and gated ones, too. Without it files are not read: made-up ones are huge.
 */
export async function brokenFileRules(hub: SampleHub, repos: readonly Written[], token?: string): Promise<string[]> {
  const broken: string[] = []
  const hasFiles = token !== undefined
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const get = (path: string) => fetch(hub.url + path, { headers, redirect: 'manual' })
  for (const { kind, id } of repos) {
    const root = `/api/${pluralOf[kind]}/${id}`
    const answer = await get(`${root}?blobs=${hasFiles}`)
    if (answer.status !== 200) continue
    const { sha, siblings, disabled } = (await answer.json()) as { sha: string; siblings?: Sibling[]; disabled: boolean }
    if (disabled) continue
    const page = await get(`${root}/commits/main?limit=1000`)
    // Gated ones of other owners.
    if (page.status === 401 || page.status === 403) continue
    const commits = (await page.json()) as { id: string }[]
    const total = Number(page.headers.get('x-total-count'))
    if (commits[0]?.id !== sha) broken.push(`${id}: its latest commit is ${commits[0]?.id}, expected ${sha}`)
    if (total !== Math.max(total > 1000 ? total : 0, commits.length))
      broken.push(`${id}: ${commits.length} of ${total} commits`)
    if (new Set(commits.map((commit) => commit.id)).size !== commits.length) broken.push(`${id}: it has a commit twice`)
    const groups = (await (await get(`${root}/refs?include_prs=1`)).json()) as Record<
      string,
      { ref: string; targetCommit: string }[]
    >
    for (const { ref, targetCommit } of Object.values(groups).flat()) {
      const at = await get(`${root}/revision/${encodeURIComponent(targetCommit)}`)
      if (at.status !== 200) broken.push(`${id}: ${ref} leads to the unknown commit ${targetCommit}`)
      else await at.arrayBuffer()
      if (ref === 'refs/heads/main' && targetCommit !== sha) broken.push(`${id}: main is at ${targetCommit}, expected ${sha}`)
    }
    // Payloads of tests may have none.
    if (!hasFiles || siblings === undefined) continue
    const tree = (await (await get(`${root}/tree/main?recursive=true`)).json()) as { type: string; path: string }[]
    const paths = tree.filter(({ type }) => type === 'file').map(({ path }) => path)
    const named = siblings.map(({ rfilename }) => rfilename)
    if (named.length <= 1000 && paths.join('\n') !== named.toSorted().join('\n')) broken.push(`${id}: its tree has other files`)
    const pagePath = kind === 'model' ? '' : `/${pluralOf[kind]}`
    for (const { rfilename, size, blobId, lfs } of siblings.filter((file) => file.size < MAX_READ).slice(-5)) {
      const path = rfilename.split('/').map(encodeURIComponent).join('/')
      const bytes = Buffer.from(await (await get(`${pagePath}/${id}/resolve/main/${path}`)).arrayBuffer())
      const isTrue = lfs === undefined ? gitHashOf(bytes) === blobId : sha256(bytes) === lfs.sha256
      if (bytes.length !== size || !isTrue)
        broken.push(`${id}: ${rfilename} has ${bytes.length} bytes of another hash, not ${size}`)
    }
  }
  return broken
}

const MAX_READ = 100_000

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
