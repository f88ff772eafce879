import { describe, expect, test } from 'vitest'
import type { RepoKind } from '../../src/hub/kinds.ts'
import { REPO_KINDS } from '../../src/hub/kinds.ts'
import type { HubRepo } from '../../src/hub-server/hub-store.ts'
import { EXPANDABLE } from '../../src/hub-server/repo-fields.ts'
import { generateShelves } from '../../src/sample-hub/generator/generate-shelves.ts'
import { MANY_FILES } from '../../src/sample-hub/generator/oddity.ts'
import { createPopulation } from '../../src/sample-hub/generator/population.ts'
import type { Shelves } from '../../src/sample-hub/memory-store.ts'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'

const shelves = generateShelves(20_000, 7)

function reposOf(kind: RepoKind, from: Shelves = shelves, names: readonly string[] = EXPANDABLE[kind]): HubRepo[] {
  const fields = { names: new Set(names), blobs: false }
  return Array.from({ length: from[kind].size }, (_, index) => from[kind].repoAt(index, fields))
}

const models = reposOf('model')
const datasets = reposOf('dataset')
const everything = REPO_KINDS.flatMap((kind) => reposOf(kind))

describe('a generated Hub', () => {
  test('is half models, a quarter datasets and a quarter Spaces', () => {
    expect(REPO_KINDS.map((kind) => shelves[kind].size)).toEqual([10_000, 5_000, 5_000])
  })

  test('is the same for the same seed, and different for another', () => {
    const [first = [], again, other = []] = [7, 7, 8].map((seed) => reposOf('model', generateShelves(2_000, seed)))
    expect(again).toEqual(first)
    expect(other.filter((repo, index) => repo['downloads'] === first[index]?.['downloads']).length).toBeLessThan(600)
  })

  test('has the same collections for the same seed, whenever it starts', async () => {
    const starts = [Date.now(), Date.now() + 3_600_000]
    const [first, later] = await Promise.all(
      starts.map(async (now) => {
        const hub = await createSampleHub({ repos: 200, seed: 7, now: () => now })
        await hub.close()
        return hub.collections.state
      }),
    )
    expect(first?.collections).toHaveLength(4)
    expect(later).toEqual(first)
  })

  test('gives each repo a unique _id and name, with _ids in order of creation', () => {
    expect(new Set(everything.map((repo) => repo._id)).size).toBe(20_000)
    for (const kind of REPO_KINDS) {
      const repos = reposOf(kind, shelves, ['createdAt'])
      expect(new Set(repos.map((repo) => repo.id.toLowerCase())).size).toBe(repos.length)
      expect(repos.map((repo) => repo._id)).toEqual(repos.map((repo) => repo._id).sort())
      const dateOf = (hubId: string) => new Date(Number.parseInt(hubId.slice(0, 8), 16) * 1000).toISOString()
      expect(repos.filter((repo) => dateOf(repo._id) !== repo['createdAt'])).toEqual([])
    }
  })

  test('finds each repo by its id, and some by a former one', () => {
    const lost = models.filter((repo, index) => shelves.model.find(repo.id.toUpperCase())?.index !== index)
    expect(lost).toEqual([])
    for (const id of ['none', 'a/b-zz', 'a/b-zzzzzzzz', '', '-']) expect(shelves.model.find(id)).toBeUndefined()
    const { formerIdAt } = createPopulation('model', models.length, 7)
    const former = models.map((repo, index) => ({ id: repo.id, formerId: formerIdAt(index) }))
    const renamed = former.filter(({ formerId }) => formerId !== undefined)
    expect(renamed.length / models.length).toBeCloseTo(0.01, 2)
    expect(renamed.filter(({ id, formerId }) => shelves.model.find(formerId ?? '')?.id !== id)).toEqual([])
  })

  test('has ties in its dates, many of them at the floor', () => {
    const dates = Map.groupBy(models, (repo) => repo['createdAt'])
    expect(dates.get('2022-03-02T23:29:04.000Z')?.length).toBe(100)
    expect([...dates.values()].filter((group) => group.length > 1).length).toBeGreaterThan(20)
  })
})

describe('the distributions follow those of the real Hub', () => {
  const share = (repos: readonly HubRepo[], holds: (repo: HubRepo) => boolean) => repos.filter(holds).length / repos.length
  const numbers = (field: string) => models.map((repo) => Number(repo[field])).sort((a, b) => a - b)
  const tagged = (pattern: RegExp) => (repo: HubRepo) => (repo['tags'] as string[]).some((tag) => pattern.test(tag))

  test('of downloads: mostly none, and a long tail', () => {
    const downloads = numbers('downloads')
    expect(share(models, (repo) => repo['downloads'] === 0)).toBeCloseTo(0.31, 1)
    expect(downloads[5_000]).toBeLessThan(10)
    expect(downloads[9_900]).toBeGreaterThan(5_000)
    expect(downloads.at(-1)).toBeGreaterThan(500_000)
  })

  test('of likes and trending scores', () => {
    expect(share(models, (repo) => repo['likes'] === 0)).toBeCloseTo(0.82, 1)
    expect(share(models, (repo) => repo['trendingScore'] === 0)).toBeGreaterThan(0.9)
  })

  test('of authors: most have one or two repos, a few very many', () => {
    const sizes = [...Map.groupBy(models, (repo) => repo['author']).values()].map((group) => group.length)
    sizes.sort((a, b) => a - b)
    expect(sizes[sizes.length >> 1]).toBeLessThanOrEqual(3)
    expect(sizes.at(-1)).toBeGreaterThan(100)
  })

  test('of licenses, bases and regions', () => {
    expect(share(models, tagged(/^license:/))).toBeCloseTo(0.68, 1)
    expect(share(models, tagged(/^base_model:(finetune|adapter|quantized|merge):/))).toBeCloseTo(0.52, 1)
    expect(share(models, tagged(/^region:us$/))).toBe(1)
    expect(share(datasets, tagged(/^size_categories:/))).toBeCloseTo(0.75, 1)
  })

  test('every base is an existing, older model', () => {
    const byId = new Map(models.map((repo, index) => [repo.id, index]))
    const wrong = models.filter((repo, index) => {
      const bases = repo['baseModels'] as { models: { id: string }[] } | undefined
      return bases?.models.some((base) => (byId.get(base.id) ?? index) >= index)
    })
    expect(wrong).toEqual([])
  })
})

describe('odd payloads', () => {
  const text = JSON.stringify(everything)

  test('occur at their known rate', () => {
    expect(models.filter((repo) => !repo.id.includes('/')).length).toBe(10)
    expect(models.filter((repo) => repo.id.length === 257).length).toBe(10)
    expect(models.filter((repo) => (repo['siblings'] as unknown[]).length === MANY_FILES).length).toBe(1)
  })

  test('have text that breaks a careless reader', () => {
    expect(text).toContain('\\u0000')
    expect(text).toContain('\\ud83d of a pair')
    expect(text).toContain('\u202e')
    expect(text).toContain('\u{1f917}')
  })

  test('have card data of any type', () => {
    const cards = models.map((repo) => repo['cardData'] as Record<string, unknown> | undefined)
    expect(cards.some((card) => Array.isArray(card?.['license']))).toBe(true)
    expect(cards.some((card) => typeof card?.['tags'] === 'string')).toBe(true)
  })
})

test('a kind may be empty', () => {
  for (const repos of [0, 1, 3]) {
    const few = generateShelves(repos, 1)
    const sizes = REPO_KINDS.map((kind) => reposOf(kind, few).length)
    expect(sizes.reduce((sum, size) => sum + size)).toBe(repos)
  }
})
