import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pluralOf, REPO_KINDS, type RepoKind } from '../../src/hub/kinds.ts'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { SearchSync } from '../../src/search/indexing/sync.ts'
import { PostgresSearchEngine } from '../../src/search/postgres/engine.ts'
import type { SearchEngine } from '../../src/search/search-engine.ts'
import type { FilterField } from '../../src/search/search-fields.ts'
import { openTestCatalog, type TestCatalog } from '../support/catalog/catalog.ts'
import { crawlOnce } from '../support/catalog/crawl.ts'
import { anyCatalogTarget } from '../support/catalog/embedded.ts'
import { hubLines } from '../support/hub/hub-truth.ts'
import { sharedData } from '../support/shared-data.ts'

const folder = sharedData()
if (folder === undefined) console.warn('Tests with real Hub metadata are skipped: there is none beside this checkout.')

interface Line {
  id: string
  likes?: number
  downloads?: number
  tags?: string[]
  siblings?: unknown[]
  pipeline_tag?: string
  library_name?: string
  author?: string
  sdk?: string
}

/**
 * Repos of a file, read without hubdex: every eighth, because all take eight times as long, and the largest. The last line of an
 * id counts.
 */
function linesOf(kind: RepoKind): Line[] {
  const text = gunzipSync(readFileSync(join(folder ?? '', `${pluralOf[kind]}.jsonl.gz`))).toString()
  const lines: Line[] = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  const unique = [...new Map(lines.map((line) => [line.id, line])).values()]
  return unique.filter((line, index) => index % 8 === 0 || line.id.length > 200 || (line.siblings?.length ?? 0) > 20_000)
}

// The benchmark covers the embedded engine. One engine keeps the suite short.
describe.skipIf(folder === undefined).each(anyCatalogTarget)('real Hub metadata ($engine)', ({ create }) => {
  let catalog: TestCatalog
  let hub: SampleHub
  let search: SearchEngine
  const files = new Map<RepoKind, Line[]>()

  beforeAll(async () => {
    for (const kind of REPO_KINDS) files.set(kind, linesOf(kind))
    const lines = (kind: RepoKind) => files.get(kind) ?? []
    catalog = await openTestCatalog(create)
    hub = await createSampleHub({
      payloads: { models: lines('model'), datasets: lines('dataset'), spaces: lines('space') },
      quota: 0,
    })
    search = new PostgresSearchEngine(catalog.connection)
    const outcomes = await crawlOnce(catalog, hub.url, { pageSize: 1_000 })
    expect(outcomes.filter((pass) => pass.state !== 'complete')).toEqual([])
    await new SearchSync(catalog.db, search).finish()
  })
  afterAll(async () => {
    await hub.close()
    await catalog[Symbol.asyncDispose]()
  })

  it('is read completely: 30,752 models, 12,690 datasets and 1,478 Spaces', async () => {
    const whole = await createSampleHub({ data: folder ?? '', quota: 0 })
    expect(REPO_KINDS.map((kind) => whole.store.size(kind))).toEqual([30_752, 12_690, 1_478])
    // It throws at a repo that is rejected.
    expect(hubLines(whole)).toHaveLength(44_920)
    await whole.close()
  })

  it('is stored completely', async () => {
    expect(await catalog.rows('select kind, count(*)::int as repos from repos group by kind order by kind')).toEqual(
      (['dataset', 'model', 'space'] as const).map((kind) => ({ kind, repos: files.get(kind)?.length })),
    )
    expect(await catalog.value('select sum(rejected) from passes')).toBe('0')
  })

  it.each(REPO_KINDS)('has the same likes and downloads of %ss as the file', async (kind) => {
    const lines = files.get(kind) ?? []
    const sum = (counter: 'likes' | 'downloads') => lines.reduce((total, line) => total + (line[counter] ?? 0), 0)
    expect(
      await catalog.rows(`select coalesce(sum(likes), 0)::float8 as likes, coalesce(sum(downloads), 0)::float8 as downloads
        from repos where kind = '${kind}'`),
    ).toEqual([{ likes: sum('likes'), downloads: sum('downloads') }])
  })

  it('includes the longest id and a payload of 23,763 files', async () => {
    expect(await catalog.value('select max(length(id))::int from models')).toBe(257)
    expect(await catalog.value(`select max(json_array_length(payload->'siblings'))::int from models`)).toBe(23_763)
  })

  it.each<[FilterField, RepoKind, (line: Line) => string[]]>([
    ['license', 'model', (line) => prefixed(line, 'license:')],
    ['task', 'model', (line) => (line.pipeline_tag ? [line.pipeline_tag] : [])],
    ['library', 'model', (line) => (line.library_name ? [line.library_name] : [])],
    ['author', 'model', (line) => (line.id.includes('/') ? [line.author ?? line.id.split('/')[0] ?? ''] : [])],
    ['tag', 'model', (line) => line.tags ?? []],
    ['tag', 'dataset', (line) => line.tags ?? []],
    ['language', 'dataset', (line) => prefixed(line, 'language:')],
    ['size_category', 'dataset', (line) => prefixed(line, 'size_categories:')],
    ['modality', 'dataset', (line) => prefixed(line, 'modality:')],
    ['format', 'dataset', (line) => prefixed(line, 'format:')],
    ['sdk', 'space', (line) => (line.sdk ? [line.sdk] : [])],
  ])('has the same counts per %s of %ss as the file', async (field, kind, valuesOf) => {
    const lines = (files.get(kind) ?? []).filter((line) => !('cardData' in line))
    const withCards = new Set((files.get(kind) ?? []).filter((line) => 'cardData' in line).flatMap(valuesOf))
    const expected = new Map<string, number>()
    for (const value of lines.flatMap((line) => [...new Set(valuesOf(line))]))
      expected.set(value, (expected.get(value) ?? 0) + 1)
    const { facets } = await search.search({ filters: { kind: [kind] }, facets: [field], facetLimit: 1_000, limit: 0 })
    const counted = facets[field] ?? {}
    // Card data may have values that the tags of a line lack, so these values are not compared.
    const comparable = [...expected]
      .filter(([value]) => !withCards.has(value))
      .sort(([, a], [, b]) => b - a)
      .slice(0, 40)
    expect(comparable.length).toBeGreaterThan(0)
    expect(Object.fromEntries(comparable.map(([value]) => [value, counted[value]]))).toEqual(Object.fromEntries(comparable))
  })

  it('filters by any value within a field and all fields', async () => {
    const matching = (files.get('model') ?? []).filter(
      (line) =>
        ['fill-mask', 'translation'].includes(line.pipeline_tag ?? '') &&
        line.tags?.includes('license:apache-2.0') &&
        line.tags.includes('tf'),
    )
    const filters = { kind: ['model'], task: ['fill-mask', 'translation'], license: ['apache-2.0'], tag: ['tf'] }
    expect((await search.search({ filters, limit: 0 })).total).toBe(matching.length)
    expect(matching.length).toBeGreaterThan(10)
  })

  it('finds any repo by its name among the first hits', async () => {
    const lines = [...files.values()].flat()
    const sample = lines.filter((_, index) => index % 60 === 0)
    for (const { id } of sample) {
      const { hits } = await search.search({ words: id, limit: 3 })
      expect(hits.map((hit) => hit.id)).toContain(id)
    }
    expect(sample.length).toBeGreaterThan(80)
  })

  it('sorts by downloads', async () => {
    const best = [...(files.get('model') ?? [])].sort((a, b) => (b.downloads ?? 0) - (a.downloads ?? 0)).slice(0, 10)
    const { hits } = await search.search({ filters: { kind: ['model'] }, sort: 'downloads', limit: 10 })
    expect(hits.map((hit) => hit.downloads)).toEqual(best.map((line) => line.downloads))
  })
})

function prefixed(line: Line, prefix: string): string[] {
  return (line.tags ?? []).filter((tag) => tag.startsWith(prefix)).map((tag) => tag.slice(prefix.length))
}
