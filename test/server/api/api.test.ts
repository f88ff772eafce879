import { parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { columnsRoute } from '../../../src/server/api/columns.ts'
import { compareRoute } from '../../../src/server/api/compare.ts'
import { eventsRoute, repoEventsRoute } from '../../../src/server/api/events.ts'
import { facetRoute } from '../../../src/server/api/facets.ts'
import { failuresRoute } from '../../../src/server/api/failures.ts'
import { historyRoute } from '../../../src/server/api/history.ts'
import { lineageRoute } from '../../../src/server/api/lineage.ts'
import { queriesRoute, queryRoute } from '../../../src/server/api/queries.ts'
import { cardRoute, filesRoute, rawRoute, repoColumnsRoute, repoRoute, similarRoute } from '../../../src/server/api/repos.ts'
import { searchRoute } from '../../../src/server/api/search.ts'
import { queryAnswer, viewsRoute } from '../../../src/server/api/sql.ts'
import { accessRoute } from '../../../src/server/api/status.ts'
import { suggestRoute } from '../../../src/server/api/suggest.ts'
import { crawledHub } from '../../support/catalog/crawled-hub.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'
import { hubdex } from '../../support/processes/hubdex.ts'
import { type ApiServer, startApi } from './api-server.ts'

describe.each(catalogTargets)('the HTTP API ($engine)', ({ create }) => {
  const { hub, catalog, environment } = crawledHub(create, { repos: 300, seed: 5, quota: 0 }, ['--stages', 'all'])
  let api: ApiServer
  beforeAll(async () => {
    api = await startApi(catalog, hub.url)
  })
  afterAll(() => api[Symbol.asyncDispose]())

  const command = async (...line: string[]) => JSON.parse((await hubdex([...line, '--json'], environment)).stdout)
  const encoded = (parameters: [string, string][]) => new URLSearchParams(parameters).toString()
  const firstOf = async (kind: string) =>
    (await api.get(`/api/v1/search?kind=${kind}&sort=downloads`)).json.hits[0].id as string

  it.each<[string[], [string, string][]]>([
    [[], []],
    [
      ['model', '--limit', '5'],
      [
        ['q', 'model'],
        ['limit', '5'],
      ],
    ],
    [
      [
        '--kind',
        'model',
        '--filter',
        'parameters=1B..',
        '--filter',
        'created=2022..',
        '--sort',
        'likes',
        '--facet',
        'license,task',
      ],
      [
        ['kind', 'model'],
        ['filter', 'parameters=1B..'],
        ['filter', 'created=2022..'],
        ['sort', 'likes'],
        ['facet', 'license,task'],
      ],
    ],
    [
      ['text', '--explain', '--facet', 'author', '--facet-limit', '3'],
      [
        ['q', 'text'],
        ['explain', 'true'],
        ['facet', 'author'],
        ['facetLimit', '3'],
      ],
    ],
  ])('finds and prints the same as hubdex search %j', async (line, parameters) => {
    const answer = await api.read(searchRoute.answer, `/api/v1/search?${encoded(parameters)}`)
    const { nextCursor: _, ...found } = answer
    expect({ ...found, tookMs: 0 }).toEqual({ ...(await command('search', ...line)), tookMs: 0 })
  })

  it('counts by bucket, and each bucket is a filter', async () => {
    const { histograms, total } = await api.read(searchRoute.answer, '/api/v1/search?limit=0&histogram=downloads,created')
    const downloads = histograms?.downloads ?? []
    expect(downloads.reduce((sum, { count }) => sum + count, 0)).toBe(total)
    for (const field of ['downloads', 'created'] as const) {
      for (const { from, to, count } of (histograms?.[field] ?? []).filter((bucket) => bucket.count > 0)) {
        const path = `/api/v1/search?limit=0&filter=${field}=${from ?? ''}..${to ?? ''}`
        expect([path, (await api.get(path)).json.total]).toEqual([path, count])
      }
    }
  })

  it('finds a repo by its address, and says which filter values are unknown', async () => {
    const id = await firstOf('model')
    const found = await api.read(searchRoute.answer, `/api/v1/search?q=${encodeURIComponent(`${hub.url}/${id}`)}`)
    expect(found.hits.map((hit) => hit.id)).toEqual([id])
    const { unknownValues } = await api.read(searchRoute.answer, '/api/v1/search?filter=license=apache-2.1')
    expect(unknownValues).toEqual([{ field: 'license', value: 'apache-2.1', meant: 'apache-2.0' }])
    expect((await api.get('/api/v1/search?q=https://example.com/a/b')).status).toBe(400)
  })

  it('completes beginnings as hubdex suggest does', async () => {
    for (const prefix of ['te', 'text-', `${(await firstOf('model')).split('/')[0]}/`]) {
      const answer = await api.read(suggestRoute.answer, `/api/v1/suggest?prefix=${prefix}&limit=4`)
      const printed = await command('suggest', prefix, '--limit', '4')
      expect({ ...answer, tookMs: 0 }).toEqual({ ...printed, tookMs: 0 })
    }
    expect((await api.get('/api/v1/suggest?kind=kitten')).status).toBe(400)
  })

  it('says where hits match, and what may have been meant', async () => {
    const id = await firstOf('model')
    const name = id.split('/')[1] ?? ''
    const { hits } = await api.read(searchRoute.answer, `/api/v1/search?q=${encodeURIComponent(name)}`)
    expect(hits[0]?.matches.map(({ field }) => field)).toContain('name')
  })

  it('searches within the values of a facet', async () => {
    const { values } = await api.read(facetRoute.answer, '/api/v1/facets/license?contains=APACHE&kind=model')
    expect(values.map(({ value }) => value)).toContain('apache-2.0')
    expect(values.every(({ value }) => value.includes('apache'))).toBe(true)
    const [first] = values
    const { total } = await api.read(searchRoute.answer, `/api/v1/search?limit=0&kind=model&filter=license=${first?.value}`)
    expect(first?.count).toBe(total)
    expect((await api.get('/api/v1/facets/colour')).json.code).toBe('invalid-request')
  })

  it.each(['model', 'dataset', 'space'])('has all that hubdex show prints of a %s', async (kind) => {
    const id = await firstOf(kind)
    const at = `/api/v1/repos/${kind}/${id}`
    const repo = await api.read(repoRoute.answer, at)
    const { files } = await api.read(filesRoute.answer, `${at}/files?limit=1000`)
    const { history } = await api.read(historyRoute.answer, `${at}/history`)
    const { events } = await api.read(repoEventsRoute.answer, `${at}/events`)
    const { card, ...text } = await api.read(cardRoute.answer, `${at}/card`)
    const { payload, details } = await api.read(rawRoute.answer, `${at}/raw`)
    const { splits, schemas } = await api.read(repoColumnsRoute.answer, `${at}/columns`)
    const shown = await command('show', id, '--kind', kind)
    const { others: _, hubUrl, files: sums, readme, parquet, ...fields } = repo
    expect(shown).toMatchObject({ ...fields, history, events })
    expect(hubUrl).toBe(`${hub.url}/${kind === 'model' ? '' : `${kind}s/`}${id}`)
    expect({ ...sums, files }).toEqual(shown.files)
    expect([card, payload ?? undefined, details]).toEqual([shown.card ?? null, shown.payload, shown.details])
    expect(readme === null ? null : text).toEqual(shown.readme)
    const shownSplits = (shown.parquet?.splits ?? []).map((split: { files: object[] }) => ({
      ...split,
      files: split.files.length,
    }))
    expect({ splits, schemas }).toEqual({ splits: shownSplits, schemas: shown.parquet?.schemas ?? [] })
    expect(parquet?.splits ?? 0).toBe(splits.length)
  })

  it('finds a repo by hub id, in any letter case, with an encoded slash, and by a former name', async () => {
    const id = await firstOf('model')
    const { hubId } = await api.read(repoRoute.answer, `/api/v1/repos/model/${id}`)
    for (const name of [id.toUpperCase(), encodeURIComponent(id), hubId]) {
      const { headers, json } = await api.get(`/api/v1/repos/models/${name}`)
      expect([json.hubId, headers['content-location']]).toEqual([hubId, `/api/v1/repos/model/${id}`])
    }
    await catalog.rows(`insert into catalog.repo_aliases (kind, alias, hub_id) values ('model', 'old/name', '${hubId}')`)
    expect(await api.read(repoRoute.answer, '/api/v1/repos/model/OLD/name')).toMatchObject({ id, hubId, askedAs: 'OLD/name' })
    for (const name of ['none/such', 'none', `${id}x`, 'a%00b', 'a%00/b', '..%2f..%2fetc%2fpasswd', '%2e%2e/x', "x'--"]) {
      const { status, json } = await api.get(`/api/v1/repos/model/${name}`)
      expect([name, status, json.code]).toEqual([name, name === 'a%00b' ? 400 : 404, expect.any(String)])
    }
    expect((await api.get('/api/v1/search?q=https://hf.co/a%2500/b')).status).toBe(200)
    expect((await api.get('/api/v1/repos/kitten/a/b')).json.code).toBe('invalid-request')
  })

  it('compares repos, and names the fields that differ', async () => {
    const { hits } = await api.read(searchRoute.answer, '/api/v1/search?kind=model&limit=2&sort=downloads')
    const [first, second] = hits.map(({ id }) => id)
    const { repos, differences } = await api.read(compareRoute.answer, `/api/v1/compare?id=models/${first}&id=${second}`)
    expect(repos.map(({ id }) => id)).toEqual([first, second])
    expect(differences).toEqual(expect.arrayContaining(['id', 'hubId']))
    expect(differences).not.toContain('kind')
    const { text } = await api.get(`/api/v1/compare?id=${first}&id=${second}&format=csv`)
    expect(text.split('\n')[0]).toBe(`field,model/${first},model/${second}`)
    expect((await api.get(`/api/v1/compare?id=${first}`)).status).toBe(400)
    expect((await api.get(`/api/v1/compare?id=${first}&id=none/such`)).json.code).toBe('repo-unknown')
  })

  it('ranks similar repos as hubdex search --similar-to does', async () => {
    const id = await firstOf('model')
    const answer = await api.read(similarRoute.answer, `/api/v1/repos/model/${id}/similar?limit=5`)
    expect({ ...answer, tookMs: 0 }).toEqual({ ...(await command('search', '--similar-to', id, '--limit', '5')), tookMs: 0 })
  })

  it('finds datasets by their columns', async () => {
    const [wanted] = await catalog.rows(
      `select column_name as name, count(distinct id)::int as datasets from (
         select c.id, lower(c.path) as column_name from dataset_columns c where c.nesting is null) x
       group by 1 order by 2 desc, 1 limit 1`,
    )
    const name = String(wanted?.['name'])
    const answer = await api.read(columnsRoute.answer, `/api/v1/columns?name=${name.toUpperCase()}&limit=1000`)
    expect(answer.total).toBe(wanted?.['datasets'])
    expect(answer.datasets).toHaveLength(answer.total)
    for (const { columns } of answer.datasets) expect(columns.map(({ path }) => path.toLowerCase())).toContain(name)
    const none = await api.read(columnsRoute.answer, `/api/v1/columns?name=${name}&name=no_such_column`)
    expect(none).toEqual({ total: 0, datasets: [], nextCursor: null })
    const byType = async (type: string) =>
      (await api.read(columnsRoute.answer, `/api/v1/columns?name=${name}&type=${type}`)).total
    const total = (await Promise.all(['text', 'integer', 'float', 'boolean', 'time', 'binary'].map(byType))).reduce(
      (a, b) => a + b,
    )
    expect(total).toBeGreaterThanOrEqual(answer.total)
    expect((await api.get('/api/v1/columns')).status).toBe(400)
  })

  it('draws the lineage of a model in both directions', async () => {
    const [family] = await catalog.rows(
      `select parent, count(*)::int as children from lineage join models on models.id = lineage.parent
       where lineage.parent <> lineage.child group by parent order by 2 desc, 1 limit 1`,
    )
    const parent = String(family?.['parent'])
    const below = await api.read(
      lineageRoute.answer,
      `/api/v1/repos/model/${parent}/lineage?direction=descendants&depth=1&limit=1000`,
    )
    expect(below.nodes.filter(({ depth }) => depth === 1)).toHaveLength(Number(family?.['children']))
    expect(below.nodes.find(({ depth }) => depth === 0)?.descendants).toBe(family?.['children'])
    const child = below.nodes.find(({ depth }) => depth === 1)
    const above = await api.read(lineageRoute.answer, `/api/v1/repos/model/${child?.id}/lineage?direction=ancestors`)
    expect(above.edges).toContainEqual(expect.objectContaining({ parent: `model/${parent}`, child: child?.key }))
    const few = await api.read(lineageRoute.answer, `/api/v1/repos/model/${parent}/lineage?limit=1`)
    expect(few.truncated).toBe(true)
  })

  it('runs SQL as hubdex sql does', async () => {
    const sql = 'select kind, count(*) as repos, 12345678901234567890 as big from repos group by kind order by kind'
    const { status, json } = await api.post('/api/v1/sql', { sql })
    expect([status, queryAnswer.parse(json).columns]).toEqual([200, ['kind', 'repos', 'big']])
    const rows = await api.post('/api/v1/sql?format=rows', { sql })
    expect(rows.text).toBe((await hubdex(['sql', sql, '--json'], environment)).stdout.trimEnd())
    const csv = await api.post('/api/v1/sql', { sql }, { accept: 'text/csv' })
    expect(csv.text).toBe((await hubdex(['sql', sql, '--format', 'csv'], environment)).stdout.trimEnd())
    expect((await api.post('/api/v1/sql', { sql: 'select * from repos', maxRows: 2 })).json).toMatchObject({
      truncatedBy: 'rows',
    })
  })

  it('runs the named queries', async () => {
    const { queries } = await api.read(queriesRoute.answer, '/api/v1/queries')
    expect(
      queries.map(({ name, title, parameters }) => ({
        name,
        parameters: parameters.map((parameter) => parameter.name).join(', '),
        title,
      })),
    ).toEqual(JSON.parse((await hubdex(['sql', '--list', '--json'], environment)).stdout))
    const { columns } = await api.read(queryRoute.answer, '/api/v1/queries/licenses')
    expect(columns).toContain('license')
    expect((await api.get('/api/v1/events?since=0000-01-01T00:00:00Z')).status).toBe(400)
    expect((await api.get('/api/v1/queries/nothing')).status).toBe(404)
  })

  it('lists the views with their columns', async () => {
    const { views } = await api.read(viewsRoute.answer, '/api/v1/views')
    const models = views.find(({ name }) => name === 'models')
    expect(models?.columns.find(({ name }) => name === 'license')).toMatchObject({
      type: 'text',
      description: expect.any(String),
    })
    expect(await api.read(accessRoute.answer, '/api/v1/access')).toMatchObject({
      canRunSql: true,
      isSignedIn: false,
      signIn: null,
    })
  })

  it('answers 304 to a client that has the answer', async () => {
    for (const path of [
      '/api/v1/search?q=model',
      `/api/v1/repos/model/${await firstOf('model')}`,
      '/api/v1/queries/licenses',
      '/api',
    ]) {
      const first = await api.get(path)
      const etag = String(first.headers['etag'])
      const second = await api.get(path, { 'if-none-match': etag })
      expect([path, second.status, second.text]).toEqual([path, 304, ''])
    }
  })

  it('gives tables as CSV', async () => {
    const { headers, text } = await api.get('/api/v1/search?kind=model&limit=3', { accept: 'text/csv' })
    expect(headers['content-type']).toContain('text/csv')
    expect(headers['link']).toContain('rel="next"')
    expect(text.split('\n')).toHaveLength(4)
    expect((await api.get('/api/v1/events?format=csv&limit=2')).text).toMatch(/^kind,id,hubId,event/)
  })

  it('lists failures as hubdex failures does, and makes those of a cause due', async () => {
    await catalog.rows(`insert into catalog.failures (task, hub_id, kind, cause, answer, retry_at)
      select 'card', hub_id, kind, case when kind = 'space' then 'timeout' else 'gated' end, 'It took <b>long</b>.',
        now() + interval '1 hour' from catalog.repos order by kind desc, hub_id limit 60`)
    const { failures } = await api.read(failuresRoute.answer, '/api/v1/failures')
    expect(failures).toEqual(await command('failures'))
    const ofTimeout = failures.find(({ task, cause }) => task === 'card' && cause === 'timeout')?.failures
    const retry = async (body: object) => (await api.post('/api/v1/failures/retry', body)).json
    expect(await retry({ cause: 'timeout', task: 'card' })).toEqual({ retried: ofTimeout })
    expect(
      await catalog.value(
        `select count(*)::int from catalog.failures where task = 'card' and cause = 'timeout' and retry_at <= now()`,
      ),
    ).toBe(ofTimeout)
    expect((await retry({ cause: 'boredom' })).code).toBe('invalid-request')
    expect((await retry({ task: "x'; drop table catalog.failures" })).retried).toBe(0)
  })

  it('gives tables as Parquet', async () => {
    const searched = await api.get('/api/v1/search?kind=model&limit=3&format=parquet')
    expect(searched.headers['content-type']).toBe('application/vnd.apache.parquet')
    const { hits } = await api.read(searchRoute.answer, '/api/v1/search?kind=model&limit=3')
    const read = (bytes: Buffer) => parquetReadObjects({ file: Uint8Array.from(bytes).buffer })
    expect((await read(searched.bytes)).map((row) => [row['id'], row['likes'], JSON.parse(row['tags'] as string)])).toEqual(
      hits.map(({ id, likes, tags }) => [id, BigInt(likes), tags]),
    )
    const sql =
      'select g::bigint as n, nullif(g, 2)::text as t, null as nothing, g / 2.0 as half from generate_series(1, 900) g'
    const { bytes } = await api.post('/api/v1/sql?format=parquet', { sql })
    const rows = await read(bytes)
    expect(rows.slice(0, 2)).toEqual([
      { n: 1n, t: '1', nothing: null, half: 0.5 },
      { n: 2n, t: null, nothing: null, half: 1 },
    ])
    expect(rows).toHaveLength(900)
    const none = await api.get('/api/v1/queries/datasets-with?set=columns=no_such_column', {
      accept: 'application/vnd.apache.parquet',
    })
    expect(await read(none.bytes)).toEqual([])
  })

  it('gives a search and events as feeds', async () => {
    const atom = await api.get('/feeds/search.atom?q=model&limit=5')
    expect(atom.headers['content-type']).toContain('application/atom+xml')
    expect(atom.text.match(/<entry>/g)).toHaveLength(5)
    const feed = await api.get('/feeds/search.json?q=model&limit=5')
    expect(feed.json.items).toHaveLength(5)
    const dates = feed.json.items.map((item: { date_modified: string }) => item.date_modified)
    expect(dates).toEqual([...dates].sort().reverse())
    expect((await api.get('/feeds/events.atom?type=appeared&limit=3')).text.match(/<entry>/g)).toHaveLength(3)
    expect((await api.get('/feeds/events.json?limit=3')).json.items).toHaveLength(3)
  })

  it('lists events, newest first', async () => {
    const { events } = await api.read(eventsRoute.answer, '/api/v1/events?limit=1000&kind=dataset&type=appeared')
    const known = await catalog.value(`select count(*)::int from repos where kind = 'dataset'`)
    expect(events).toHaveLength(Number(known))
  })
})
