import pg from 'pg'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CatalogConnection, openConnection } from '../../src/catalog/connection.ts'
import { createCatalogCollections } from '../../src/catalog/mirror/catalog-collections.ts'
import { catalogFiles } from '../../src/catalog/mirror/catalog-files.ts'
import { createCatalogStore } from '../../src/catalog/mirror/catalog-store.ts'
import { readStatus } from '../../src/catalog/status.ts'
import { openTestCatalog, type TestCatalog } from '../support/catalog/catalog.ts'
import { catalogTargets } from '../support/catalog/embedded.ts'
import { eventually } from '../support/eventually.ts'
import { openLink, type SeveredLink } from '../support/servers/severed-link.ts'
import { type ApiServer, startApi } from './api/api-server.ts'

const ENDPOINT = 'https://hub.example.com'
const MAX_QUERIES_MS = 300

const PATHS = [
  ...['/api/status', '/api/v1/search?q=model', '/api/v1/facets/license', '/api/v1/suggest?prefix=mo'],
  ...['', '/history', '/events', '/lineage', '/similar', '/files', '/columns', '/card', '/raw'].map(
    (part) => `/api/v1/repos/model/own/model${part}`,
  ),
  ...['/api/v1/compare?id=own/model&id=own/other', '/api/v1/columns?name=text', '/api/v1/events', '/api/v1/views'],
  ...['/api/v1/queries/licenses', '/api/v1/status', '/api/v1/failures'],
  ...['/feeds/search.atom', '/feeds/search.json', '/feeds/events.atom', '/feeds/events.json'],
  ...['/api/models', '/api/models/own/model', '/api/models-tags-by-type', '/api/collections'],
]

describe.each(catalogTargets.filter(({ engine }) => engine === 'postgres'))('a server whose database', ({ create }) => {
  let catalog: TestCatalog
  let link: SeveredLink
  let connection: CatalogConnection
  let api: ApiServer
  beforeAll(async () => {
    catalog = await openTestCatalog(create)
    const url = new URL('databaseUrl' in catalog.target ? catalog.target.databaseUrl : '')
    link = await openLink({ host: url.hostname, port: Number(url.port) })
    url.host = `127.0.0.1:${link.port}`
    connection = await openConnection({ databaseUrl: url.href })
    const { db } = connection
    api = await startApi({ db, connection }, ENDPOINT, {
      status: () => readStatus(db, { endpoint: ENDPOINT }),
      mirror: {
        store: createCatalogStore(db),
        files: catalogFiles,
        collections: createCatalogCollections(db),
        endpoint: ENDPOINT,
      },
      maxQueriesMs: MAX_QUERIES_MS,
    })
  })
  afterAll(async () => {
    await api[Symbol.asyncDispose]()
    await connection.close()
    await link[Symbol.asyncDispose]()
    await catalog[Symbol.asyncDispose]()
  })

  const waiting = `select count(*)::int from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`

  /** Holds up everything that reads repos. */
  async function lockRepos(): Promise<AsyncDisposable> {
    const client = new pg.Client({ connectionString: 'databaseUrl' in catalog.target ? catalog.target.databaseUrl : '' })
    await client.connect()
    await client.query('begin; lock table catalog.repos')
    return { [Symbol.asyncDispose]: () => client.end() }
  }

  it('is unavailable answers 503 with a time to wait, keeps its streams, and recovers', async () => {
    await eventually(async () => expect((await api.get('/api/v1/status')).status).toBe(200))
    const stream = await request(`${api.url}/api/v1/status/stream`)
    let received = ''
    stream.body.setEncoding('utf8').on('data', (text: string) => {
      received += text
    })
    stream.body.on('error', () => undefined)
    await eventually(() => expect(received).toContain('event: status'))
    await link.cut()
    for (const path of PATHS) {
      const { status, headers, json } = await api.get(path)
      expect([path, status, json.code, Number(headers['retry-after'])]).toEqual([path, 503, 'catalog-unavailable', 5])
    }
    expect((await api.post('/api/v1/sql', { sql: 'select 1' })).status).toBe(503)
    expect((await api.post('/api/v1/failures/retry', {})).status).toBe(503)
    expect((await api.get('/api/models')).headers['x-error-message']).toContain('unavailable')
    for (const path of ['/', '/search?q=model', '/status', '/livez'])
      expect([path, (await api.get(path)).status]).toEqual([path, 200])
    await link.restore()
    for (const path of PATHS) {
      await eventually(async () => {
        const { statusCode, body } = await request(`${api.url}${path}`)
        await body.dump()
        expect([path, statusCode]).not.toEqual([path, 503])
      })
    }
    expect(stream.body.destroyed).toBe(false)
    stream.body.destroy()
  })

  it('is too slow answers 504, and nothing keeps running', async () => {
    await using _ = await lockRepos()
    for (const path of ['/api/models', '/api/v1/events', '/api/models/own/model']) {
      const { status, headers, json } = await api.get(path)
      expect([path, status, json.code, headers['retry-after']]).toEqual([path, 504, 'took-too-long', '5'])
    }
    await eventually(async () => expect(await catalog.value(waiting)).toBe(0))
  })

  it('is slow stops working for a client that has gone', async () => {
    await using _ = await lockRepos()
    const before = api.events.length
    const controller = new AbortController()
    const asked = request(`${api.url}/api/models?limit=3`, { signal: controller.signal }).catch(() => 'gone')
    await eventually(async () => expect(await catalog.value(waiting)).toBe(1))
    controller.abort()
    expect(await asked).toBe('gone')
    await eventually(async () => expect(await catalog.value(waiting)).toBe(0))
    expect(api.events.slice(before)).toEqual([])
  })
})
