import { parseAtomFeed, parseJsonFeed } from 'feedsmith'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import { API_ROUTES } from '../../../src/server/api/routes.ts'
import { searchDocument } from '../../search/search-document.ts'
import { openTestCatalog, type TestCatalog } from '../../support/catalog/catalog.ts'
import { type ApiServer, startApi } from './api-server.ts'

const HOSTILE = `]]></summary><script>alert("1")</script> & \u0001\u001b[31m \u202e`

describe('documents of the HTTP API', () => {
  let catalog: TestCatalog
  let api: ApiServer
  beforeAll(async () => {
    catalog = await openTestCatalog()
    const document = { id: 'own<er/na&me', description: HOSTILE, lastModified: '2026-01-02T03:04:05.000Z' }
    await new PostgresSearchEngine(catalog.connection).apply({ upserts: [searchDocument(document)] })
    api = await startApi(catalog, 'https://hub.example.com', { basePath: '/hubdex' })
  })
  afterAll(async () => {
    await api[Symbol.asyncDispose]()
    await catalog[Symbol.asyncDispose]()
  })

  it('describes every route in OpenAPI 3.1', async () => {
    const { json } = await api.get('/api/openapi.json')
    expect(json.openapi).toBe('3.1.0')
    const operations = Object.entries(
      json.paths as Record<string, Record<string, { summary: string; parameters?: object[] }>>,
    ).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
    )
    const expected = API_ROUTES.map(({ method, path }) => `${method.toLowerCase()} ${path}`)
    expect(
      operations
        .map(({ name }) => name)
        .filter((name) => !name.startsWith('head '))
        .toSorted(),
    ).toEqual(expected.toSorted())
    const search = json.paths['/api/v1/search'].get
    expect(search.parameters).toContainEqual(expect.objectContaining({ name: 'filter', in: 'query', required: false }))
    expect(Object.keys(search.responses['200'].content)).toEqual([
      'application/json',
      'text/csv',
      'application/vnd.apache.parquet',
    ])
    expect(Object.keys(search.responses.default.content)).toEqual(['application/problem+json'])
    expect(json.paths['/api/v1/sql'].post.requestBody.content).toHaveProperty('application/json')
  })

  it('has a reference whose links lead somewhere', async () => {
    const { text } = await api.get('/api')
    const targets = [...text.matchAll(/href="([^"]+)"/g)].map(([, target = '']) => target)
    expect(targets.length).toBeGreaterThan(API_ROUTES.length)
    for (const target of targets) {
      if (target.startsWith('#')) expect(text).toContain(`id="${target.slice(1)}"`)
      else expect([target, (await api.get(target)).status]).toEqual([target, 200])
    }
    const { json } = await api.get('/api/v1/search?sort=stars')
    expect(json.type).toBe('/hubdex/api#invalid-request')
    expect(text).toContain('id="invalid-request"')
  })

  it('gives feeds in which hostile text stays text', async () => {
    const atom = await api.get('/feeds/search.atom')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are not allowed in XML.
    expect(atom.text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/)
    const feed = parseAtomFeed(atom.text)
    expect(feed.links?.[0]?.href).toBe(`${api.url}/hubdex/feeds/search.atom`)
    expect(feed.entries?.map(({ title, links }) => [title?.value, links?.[0]?.href])).toEqual([
      ['own<er/na&me (model)', 'https://hub.example.com/own%3Cer/na%26me'],
    ])
    expect(feed.entries?.[0]?.summary?.value).toContain('<script>alert("1")</script> &')
    const json = parseJsonFeed((await api.get('/feeds/search.json')).text)
    expect(json.items?.[0]).toMatchObject({ title: 'own<er/na&me (model)', date_modified: '2026-01-02T03:04:05.000Z' })
    const [first, second] = [await api.get('/feeds/search.atom'), await api.get('/feeds/search.atom')]
    expect(first.headers['etag']).toBe(second.headers['etag'])
  })

  it('keeps the addresses of before', async () => {
    for (const path of ['/', '/api/status', '/health', '/metrics']) expect((await api.get(path)).status).toBe(200)
    expect((await api.get('/api/v1/status')).json).toEqual((await api.get('/api/status')).json)
  })
})
