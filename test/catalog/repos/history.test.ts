import { beforeEach, describe, expect, it } from 'vitest'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'
import { hubIdOf, PageWriter } from '../../support/hub/pages.ts'

describe.each(catalogTargets)('history and events ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  let hub: PageWriter

  beforeEach(() => {
    hub = new PageWriter(catalog)
  })

  const one = { _id: hubIdOf(1), id: 'a/one', tags: ['license:mit'], pipeline_tag: 'text-generation', gated: false }
  const events = (event = '%') =>
    catalog.rows(`
      select event, old_value, new_value from repo_events where event like '${event}' and event <> 'appeared'
      order by happened_at, event`)
  const history = () => catalog.rows('select day::text, downloads::int, likes::int from repo_history order by hub_id, day')
  /** Makes all rows so far appear this old. */
  const daysPass = (days: number) =>
    catalog.connection.pool.query(`
      update catalog.repo_counters set changed_at = changed_at - interval '${days} days';
      update catalog.repos set changed_at = changed_at - interval '${days} days',
        first_seen_at = first_seen_at - interval '${days} days';
      create temporary table shifted as
        select h.hub_id, (h.month + (d.day - 1) - ${days})::date as day, d.downloads, d.likes, d.trending_score
        from catalog.repo_history h, unnest(days, downloads, likes, trending_score) as d(day, downloads, likes, trending_score);
      truncate catalog.repo_history;
      insert into catalog.repo_history
        select hub_id, date_trunc('month', day)::date, array_agg(extract(day from day)::smallint order by day),
          array_agg(downloads order by day), array_agg(likes order by day), array_agg(trending_score order by day)
        from shifted group by 1, 2;
      drop table shifted`)
  const day = async (ago: number) => await catalog.value(`select ((now() at time zone 'UTC')::date - ${ago})::text`)

  describe('counters by day', () => {
    it('begin on the day on which the repo was first seen', async () => {
      await hub.fullPass([{ ...one, downloads: 5, likes: 1 }])
      expect(await history()).toEqual([{ day: await day(0), downloads: 5, likes: 1 }])
    })

    it('have a row for each day on which they changed, and no others', async () => {
      await hub.fullPass([{ ...one, downloads: 5, likes: 1 }])
      await daysPass(3)
      await hub.fullPass([{ ...one, downloads: 7, likes: 1 }])
      await daysPass(40)
      await hub.fullPass([{ ...one, downloads: 7, likes: 1 }])
      await hub.fullPass([{ ...one, downloads: 7, likes: 2 }])
      expect(await history()).toEqual([
        { day: await day(43), downloads: 5, likes: 1 },
        { day: await day(40), downloads: 7, likes: 1 },
        { day: await day(0), downloads: 7, likes: 2 },
      ])
    })

    it('have the last value of a day', async () => {
      await hub.fullPass([{ ...one, downloads: 5 }])
      await hub.fullPass([{ ...one, downloads: 6 }])
      await daysPass(1)
      await hub.fullPass([{ ...one, downloads: 9 }])
      expect((await history()).map((row) => row['downloads'])).toEqual([6, 9])
    })

    it('have no row for a day on which only the downloads of all time changed', async () => {
      const counters = { downloads: 5, likes: 1, trendingScore: 0 }
      await hub.fullPass([{ ...one, ...counters, downloadsAllTime: 10 }])
      await daysPass(2)
      await catalog.rows('truncate catalog.search_outbox')
      await hub.fullPass([{ ...one, ...counters, downloadsAllTime: 11 }])
      expect(await catalog.value('select downloads_all_time::int from models')).toBe(11)
      expect(await history()).toEqual([{ day: await day(2), downloads: 5, likes: 1 }])
      expect(await catalog.rows('select * from catalog.search_outbox')).toEqual([])
      await hub.fullPass([{ ...one, ...counters, likes: 2, downloadsAllTime: 12 }])
      expect(await history()).toEqual([
        { day: await day(2), downloads: 5, likes: 1 },
        { day: await day(0), downloads: 5, likes: 2 },
      ])
    })

    it('survive a trending score that only a larger type can hold', async () => {
      const scores = [1e308, -1e39, 3.5e38, 1e-300, -1e-320]
      const repos = scores.map((trendingScore, index) => ({ _id: hubIdOf(index + 1), id: `a/r${index}`, trendingScore }))
      await hub.fullPass(repos)
      await daysPass(1)
      await hub.fullPass(repos.map((repo) => ({ ...repo, trendingScore: 2, likes: 1 })))
      expect(await catalog.rows('select sum(trending_score) as sum, sum(likes)::int as likes from models')).toEqual([
        { sum: 2 * scores.length, likes: scores.length },
      ])
    })

    it('take one row of arrays per month', async () => {
      for (let downloads = 1; downloads <= 28; downloads++) {
        await hub.fullPass([{ ...one, downloads }])
        await daysPass(1)
      }
      expect(await history()).toHaveLength(28)
      expect(Number(await catalog.value('select count(*) from catalog.repo_history'))).toBeLessThanOrEqual(2)
    })
  })

  describe('events', () => {
    it('include only the first appearance of a new repo', async () => {
      await hub.fullPass([one])
      expect(await catalog.rows('select id, event from repo_events')).toEqual([{ id: 'a/one', event: 'appeared' }])
    })

    it('include every watched change, with the values before and after', async () => {
      await hub.fullPass([{ ...one, tags: ['license:mit', 'base_model:x/base'] }])
      await hub.fullPass([
        {
          ...one,
          id: 'b/other',
          tags: ['license:gpl-3.0', 'base_model:x/base', 'base_model:x/second'],
          pipeline_tag: 'fill-mask',
          gated: 'manual',
          disabled: true,
        },
      ])
      expect(await events()).toEqual([
        { event: 'base_models', old_value: 'x/base', new_value: 'x/base, x/second' },
        { event: 'disabled', old_value: 'false', new_value: 'true' },
        { event: 'gated', old_value: 'false', new_value: 'manual' },
        { event: 'license', old_value: 'mit', new_value: 'gpl-3.0' },
        { event: 'renamed', old_value: 'a/one', new_value: 'b/other' },
        { event: 'task', old_value: 'text-generation', new_value: 'fill-mask' },
      ])
    })

    it('do not include other changes', async () => {
      await hub.fullPass([one])
      await hub.fullPass([{ ...one, sha: 'f'.repeat(40), tags: ['license:mit', 'new'], downloads: 3 }])
      expect(await events()).toEqual([])
    })

    it('do not include a field that is missing for one pass', async () => {
      const full = { ...one, disabled: true, private: false }
      await hub.fullPass([full])
      await hub.fullPass([{ _id: one._id, id: one.id }])
      expect(await catalog.value('select disabled from models')).toBe(true)
      await hub.fullPass([full])
      await hub.fullPass([full])
      expect(await events()).toEqual([])
    })

    it('include a missing value once another full pass has not brought it back', async () => {
      await hub.fullPass([one])
      const { pipeline_tag: _, ...without } = one
      await hub.fullPass([without])
      expect(await events()).toEqual([])
      await hub.fullPass([without])
      expect(await events()).toEqual([{ event: 'task', old_value: 'text-generation', new_value: null }])
      await hub.fullPass([without])
      expect(await events()).toHaveLength(1)
    })

    it('include a missing value of a repo that changes before every pass', async () => {
      const next = (pass: number, tags: string[]) => hub.fullPass([{ ...one, sha: `${pass}`, tags }])
      await next(1, ['license:mit'])
      await next(2, [])
      expect(await events()).toEqual([])
      await next(3, [])
      expect(await events()).toEqual([{ event: 'license', old_value: 'mit', new_value: null }])
      await next(4, [])
      await next(5, ['license:mit'])
      expect(await events()).toHaveLength(2)
    })

    it('wait for a full pass without the value that went missing last', async () => {
      await hub.fullPass([one])
      await hub.fullPass([{ ...one, tags: [] }])
      const { pipeline_tag: _, ...without } = one
      await hub.fullPass([{ ...without, tags: [] }])
      await hub.fullPass([{ ...one, tags: [] }])
      expect(await events('task')).toEqual([])
      await hub.fullPass([{ ...one, tags: [] }])
      expect(await events()).toEqual([{ event: 'license', old_value: 'mit', new_value: null }])
    })

    it('include one change if a value is missing for a pass and then returns as another', async () => {
      await hub.fullPass([one])
      await hub.fullPass([{ ...one, tags: [] }])
      await hub.fullPass([{ ...one, tags: ['license:cc0-1.0'] }])
      await hub.fullPass([{ ...one, tags: ['license:cc0-1.0'] }])
      expect(await events()).toEqual([{ event: 'license', old_value: 'mit', new_value: 'cc0-1.0' }])
    })
  })

  describe('names', () => {
    it('still resolve after a rename, and history and events continue', async () => {
      await hub.fullPass([{ ...one, downloads: 1 }])
      await daysPass(1)
      await hub.fullPass([{ ...one, id: 'b/new', downloads: 2 }])
      expect(await catalog.rows('select alias, id from repo_aliases')).toEqual([{ alias: 'a/one', id: 'b/new' }])
      expect(await catalog.rows('select distinct id from repo_history')).toEqual([{ id: 'b/new' }])
      expect(await history()).toHaveLength(2)
    })

    it('in another letter case are a rename, too', async () => {
      await hub.fullPass([one])
      await hub.fullPass([{ ...one, id: 'A/One' }])
      expect(await events()).toEqual([{ event: 'renamed', old_value: 'a/one', new_value: 'A/One' }])
    })

    it('that another repo takes resolve to that repo from then on', async () => {
      await hub.fullPass([one])
      await hub.fullPass([
        { ...one, id: 'b/new' },
        { ...one, _id: hubIdOf(2), tags: [] },
      ])
      expect(await catalog.rows('select hub_id, id from models order by hub_id')).toEqual([
        { hub_id: hubIdOf(1), id: 'b/new' },
        { hub_id: hubIdOf(2), id: 'a/one' },
      ])
      expect(await events()).toEqual([{ event: 'renamed', old_value: 'a/one', new_value: 'b/new' }])
    })
  })
})
