import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCatalogStore } from '../../../src/catalog/mirror/catalog-store.ts'
import { readRepo } from '../../../src/catalog/repos/record.ts'
import { writeRepos } from '../../../src/catalog/repos/write-page.ts'
import type { HubStore, ListQuery, Position, SortKey } from '../../../src/hub-server/hub-store.ts'
import { parseListQuery } from '../../../src/hub-server/lists/list-query.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { hubIdOf } from '../../support/hub/pages.ts'

const RULES = { ascendingCreatedAt: true, expandRefusedOnLists: [], unknownSorts: {} }
const SORTS = ['trendingScore', 'likes', 'downloads', 'createdAt', 'lastModified', 'num_parameters', 'id'] as const

interface Repo {
  readonly number: number
  /** Few values, so that there are ties; null is no value. */
  readonly value: number | null
  readonly isTagged: boolean
}

interface Change {
  readonly number: number
  readonly to: number | null | 'removed'
}

const value = fc.option(fc.nat(3), { nil: null })
const repos = fc
  .array(fc.record({ value, isTagged: fc.boolean() }), { minLength: 1, maxLength: 25 })
  .map((list) => list.map((repo, number): Repo => ({ number, ...repo })))
/** Changes after each page, by place among the repos; higher places are new repos. */
const changes = fc.array(
  fc.array(fc.record({ number: fc.nat(35), to: fc.oneof(value, fc.constant('removed' as const)) }), { maxLength: 3 }),
)

describe.each(anyCatalogTarget)('paging through the mirror ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)

  async function write(list: readonly Repo[]): Promise<void> {
    const records = list.map((repo) => readRepo('model', payloadOf(repo)))
    await writeRepos(
      catalog.connection,
      records.map((record) => {
        if ('reason' in record) throw new Error(record.reason)
        return record
      }),
    )
  }

  async function apply({ number, to }: Change, known: ReadonlyMap<number, Repo>): Promise<void> {
    const hubId = hubIdOf(number + 1)
    if (to === 'removed') {
      await catalog.rows(`update catalog.repos set removed_at = now(), removed_cause = 'deleted' where hub_id = '${hubId}'`)
    } else {
      await write([{ number, value: to, isTagged: known.get(number)?.isTagged ?? true }])
    }
  }

  it('shows each repo that stays as it is exactly once, in the order of its value', async () => {
    const shape = fc.record({ repos, changes, sort: fc.constantFrom(...SORTS), limit: fc.integer({ min: 1, max: 6 }) })
    const form = fc.record({ isAscending: fc.boolean(), isFiltered: fc.boolean(), mostSorted: fc.constantFrom(0, 10_000) })
    await fc.assert(
      fc.asyncProperty(shape, form, async ({ repos, changes, sort, limit }, { isAscending, isFiltered, mostSorted }) => {
        await catalog.empty()
        await write(repos)
        const known = new Map(repos.map((repo) => [repo.number, repo]))
        const store = createCatalogStore(catalog.db, { mostSorted })
        const query = queryOf(sort, limit, isAscending, isFiltered)
        const touched = new Set<number>()
        const seen: string[] = []
        let after: Position | undefined
        for (let page = 0; ; page++) {
          const { repos: shown, next } = await store.list({ ...query, after })
          expect(shown.length).toBeLessThanOrEqual(limit)
          seen.push(...shown.map(({ _id }) => _id))
          if (next === undefined) break
          after = next
          for (const change of changes[page] ?? []) {
            await apply(change, known)
            touched.add(change.number)
          }
        }
        const untouched = repos.filter((repo) => !touched.has(repo.number) && (!isFiltered || repo.isTagged))
        const ids = new Set(untouched.map(({ number }) => hubIdOf(number + 1)))
        expect(seen.filter((hubId) => ids.has(hubId))).toEqual(expectedOrder(untouched, sort, query))
      }),
      { numRuns: 25 },
    )
  })

  it('answers the last pages of a walk from the same indexes as the first', async () => {
    await write(Array.from({ length: 300 }, (_, number) => ({ number, value: number % 4, isTagged: number % 2 === 0 })))
    const store: HubStore = createCatalogStore(catalog.db)
    const pages: string[][] = []
    let after: Position | undefined
    do {
      const { repos: shown, next } = await store.list({ ...queryOf('likes', 3, false, false), after })
      pages.push(shown.map(({ _id }) => _id))
      after = next
    } while (after !== undefined)
    expect(pages).toHaveLength(100)
    expect(new Set(pages.flat()).size).toBe(300)
  })
})

function queryOf(sort: SortKey, limit: number, isAscending: boolean, isFiltered: boolean): ListQuery {
  const given = { sort, limit: String(limit), ...(isAscending && { direction: '1' }), ...(isFiltered && { filter: 'tagged' }) }
  return parseListQuery('model', new URLSearchParams(given), RULES, []).query
}

/** Every sort key from the same value. */
function payloadOf({ number, value, isTagged }: Repo): Record<string, unknown> {
  const date = value === null ? undefined : new Date(Date.UTC(2024, 0, 1 + value)).toISOString()
  return {
    _id: hubIdOf(number + 1),
    id: `owner/${String(value ?? 9)}-${number}`,
    tags: isTagged ? ['tagged'] : [],
    ...(date === undefined ? {} : { createdAt: date, lastModified: date }),
    ...(value === null ? {} : { likes: value, downloads: value, trendingScore: value / 2, safetensors: { total: value } }),
  }
}

function expectedOrder(list: readonly Repo[], sort: SortKey, { descending }: ListQuery): string[] {
  const sign = descending ? -1 : 1
  const sorted = list.toSorted((a, b) => {
    if (sort === 'id') return sign * (String(payloadOf(a)['id']) < String(payloadOf(b)['id']) ? -1 : 1)
    if (a.value === b.value) return a.number - b.number
    if (a.value === null || b.value === null) return a.value === null ? 1 : -1
    return sign * (a.value - b.value)
  })
  return sorted.map(({ number }) => hubIdOf(number + 1))
}
