import { REPO_KINDS } from '../../hub/kinds.ts'
import { type Collection, THEMES } from '../../hub-server/collections/hub-collections.ts'
import { createDraw } from '../generator/draw.ts'
import { newHubId } from '../life/new-hub-id.ts'
import type { MemoryStore } from '../memory-store.ts'
import type { CollectionsState } from './memory-collections.ts'

const REPOS_PER_COLLECTION = 50
const MAX_COLLECTIONS = 500
const MAX_ITEMS = 12
const DAY_MS = 86_400_000

const SUBJECTS = ['Speech', 'Vision', 'Code', 'Small models', 'Multilingual', 'Medical', 'Benchmarks', 'Embeddings', 'Agents']
const WORDS = ['favorites', 'reading list', 'to try', 'releases', 'for the paper', 'demos']

const Topic = { owner: 1, subject: 2, word: 3, size: 4, votes: 5, note: 6, age: 7, item: 100 } as const

/**
 * Made-up collections over a Hub's first repos. The same seed makes the same collections.
 *
 * @param latestMs none changed later
 */
export function generateCollections(store: MemoryStore, seed: number, latestMs: number): CollectionsState {
  const draw = createDraw(seed + 7919)
  const count = Math.min(MAX_COLLECTIONS, Math.floor(store.total / REPOS_PER_COLLECTION))
  let created = 0
  const nextId = (createdMs: number): string => newHubId(createdMs, 'c0', created++)
  const pick = <Value>(values: readonly Value[], number: number, topic: number): Value =>
    values[Math.floor(draw(number, topic) * values.length)] as Value

  function repoOf(number: number, topic: number) {
    const kind = pick(REPO_KINDS, number, topic)
    const shelf = store.shelves[kind]
    const { _id, id } = shelf.repoAt(Math.floor(draw(number, topic + 50) * shelf.size), { names: new Set(), blobs: false })
    return { type: kind, hubId: _id, id }
  }

  function collection(number: number): Collection {
    const [owner = 'free', name] = repoOf(number, Topic.owner).id.split('/')
    const size = 1 + Math.floor(draw(number, Topic.size) ** 2 * MAX_ITEMS)
    const repos = Array.from({ length: size }, (_, place) => repoOf(number, Topic.item + place))
    const distinct = [...new Map(repos.map((repo) => [repo.hubId, repo])).values()]
    const changedMs = latestMs - Math.floor(draw(number, Topic.age) * 300 * DAY_MS)
    const createdMs = changedMs - Math.floor(draw(number, Topic.age + 1) * 200 * DAY_MS)
    const upvotes = Math.floor(100 * draw(number, Topic.votes) ** 6)
    return {
      hubId: nextId(createdMs),
      owner: name === undefined ? 'free' : owner,
      title: `${pick(SUBJECTS, number, Topic.subject)} ${pick(WORDS, number, Topic.word)} ${number + 1}`,
      description: draw(number, Topic.note) < 0.4 ? 'A made-up collection' : undefined,
      private: false,
      theme: pick(THEMES, number, Topic.word),
      gating: false,
      position: 0,
      upvotes,
      trendingScore: Math.floor(upvotes * draw(number, Topic.age)),
      lastUpdated: new Date(changedMs).toISOString(),
      items: distinct.map((repo, place) => ({
        ...repo,
        itemId: nextId(changedMs),
        note: draw(number, Topic.note + place) < 0.1 ? 'Worth a look' : undefined,
        gallery: undefined,
      })),
    }
  }

  const collections = Array.from({ length: store.total === 0 ? 0 : count }, (_, number) => collection(number))
  return { created, collections }
}
