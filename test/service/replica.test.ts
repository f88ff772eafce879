import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { loadSettings } from '../../src/config/load-settings.ts'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { type OpenCatalog, openCatalog } from '../../src/service/open/catalog.ts'
import { readFullStatus } from '../../src/service/status/full-status.ts'
import { type ApiServer, startApi } from '../server/api/api-server.ts'
import { eventually } from '../support/eventually.ts'
import { hubdex } from '../support/processes/hubdex.ts'
import { createDatabase, execute } from '../support/servers/databases.ts'
import { startLocalPostgres } from '../support/servers/local-postgres.ts'
import { startLocalReplica } from '../support/servers/local-replica.ts'
import { describePostgres } from '../support/servers/postgres.ts'

describePostgres('a read replica', () => {
  const cleanup = new AsyncDisposableStack()
  const environment = { DATABASE_URL: '', DATABASE_READ_URL: '', HF_ENDPOINT: '' }
  let hub: SampleHub
  let catalog: OpenCatalog
  let api: ApiServer
  let id: string
  let isHere = false

  const contextOf = (given: Record<string, string>) => ({
    settings: loadSettings({ environment: given, platform: { dataDirectory: '/nowhere' } }).values,
    log: () => undefined,
  })
  const onReplica = (statement: string) => execute(environment.DATABASE_READ_URL, statement)
  const setLikes = (likes: number) =>
    execute(
      environment.DATABASE_URL,
      `update catalog.repo_counters set likes = ${likes} where hub_id = (select hub_id from catalog.repos where kind = 'model' and id = '${id}')`,
    )
  const readLikes = async (headers = {}) => {
    const answer = await api.post('/api/v1/sql', { sql: `select likes from models where id = '${id}'` }, headers)
    return { status: answer.status, likes: answer.json.rows?.[0]?.[0], position: answer.headers['hubdex-position'] }
  }

  beforeAll(async () => {
    const server = await startLocalPostgres()
    if (server === undefined) return
    cleanup.defer(() => server.stop())
    const replica = await startLocalReplica(server.url)
    if (replica === undefined) return
    cleanup.defer(() => replica.stop())
    const { databaseUrl, name } = await createDatabase(server.url, 'template template0')
    hub = await createSampleHub({ repos: 40, seed: 3, quota: 0 })
    cleanup.defer(() => hub.close())
    const readUrl = Object.assign(new URL(replica.url), { pathname: `/${name}` }).href
    Object.assign(environment, { DATABASE_URL: databaseUrl, HF_ENDPOINT: hub.url })
    const crawl = await hubdex(['crawl', '--stages', 'none'], { DATABASE_URL: databaseUrl, HF_ENDPOINT: hub.url })
    expect([crawl.code, crawl.stderr]).toEqual([0, expect.anything()])
    environment.DATABASE_READ_URL = readUrl
    await eventually(async () => expect(await onReplica('select 1 from catalog.repos')).toHaveLength(40))
    catalog = cleanup.use(await openCatalog(contextOf(environment)))
    api = cleanup.use(
      await startApi(catalog, hub.url, {
        replica: catalog.replica,
        api: {
          catalog: { ...catalog.reads, search: catalog.search },
          endpoint: hub.url,
          sqlLimits: { timeoutMs: 20_000, maxRows: 10, maxBytes: 1_000_000 },
        },
      }),
    )
    id = (await api.get('/api/v1/search?kind=model')).json.hits[0].id
    isHere = true
  })
  afterAll(() => cleanup.disposeAsync())

  it('answers searches, SQL, the mirror, show and exports', async ({ skip }) => {
    if (!isHere) skip('no local Postgres')
    const sql = await hubdex(['sql', 'select pg_is_in_recovery() as replica', '--json'], environment)
    expect(JSON.parse(sql.stdout)).toEqual([{ replica: true }])
    const search = await hubdex(['search', '--kind', 'model', '--facet', 'license', '--json'], environment)
    expect(JSON.parse(search.stdout)).toMatchObject({ total: 20 })
    const show = await hubdex(['show', id, '--kind', 'model', '--json'], environment)
    expect(JSON.parse(show.stdout)).toMatchObject({ id })
  })

  it('says how far it is behind, and never shows a client older data than it has seen', async ({ skip }) => {
    if (!isHere) skip('no local Postgres')
    await setLikes(1)
    const written = await catalog.replica?.writtenPosition()
    const first = await readLikes({ 'hubdex-min-position': written })
    expect(first).toMatchObject({ status: 200, likes: 1 })
    await onReplica('select pg_wal_replay_pause()')
    await setLikes(2)
    const position = (await catalog.replica?.writtenPosition()) ?? ''
    expect(await readLikes()).toMatchObject({ likes: 1 })
    expect(await readLikes({ 'hubdex-min-position': first.position })).toMatchObject({ likes: 1 })
    expect(await catalog.replica?.reach(position, 100)).toBe(false)
    expect((await readFullStatus(contextOf(environment).settings, catalog, { isScheduler: false })).replica).toMatchObject({
      bytes: expect.toSatisfy((bytes: number) => bytes > 0),
    })
    const waiting = readLikes({ 'hubdex-min-position': position })
    await onReplica('select pg_wal_replay_resume()')
    expect(await waiting).toMatchObject({ status: 200, likes: 2 })
    await eventually(async () => expect(await catalog.replica?.lag()).toEqual({ bytes: 0, secs: 0 }))
  })

  it('refuses a position that is none', async ({ skip }) => {
    if (!isHere) skip('no local Postgres')
    for (const wrong of ['', 'newest', '0/0; select 1', '123456789/0']) {
      const { status, json } = await api.get('/api/v1/search', { 'hubdex-min-position': wrong })
      expect([wrong, status, json.code]).toEqual([wrong, 400, 'invalid-request'])
    }
  })

  it('is refused if it is a replica of another server, or the catalog is on none', async ({ skip }) => {
    if (!isHere) skip('no local Postgres')
    const other = { ...environment, DATABASE_READ_URL: inject('postgresUrl') ?? '' }
    await expect(openCatalog(contextOf(other))).rejects.toMatchObject({ name: 'NoReplica' })
    expect(() => contextOf({ DATABASE_READ_URL: environment.DATABASE_READ_URL })).toThrow(/DATABASE_URL is not/)
  })
})
