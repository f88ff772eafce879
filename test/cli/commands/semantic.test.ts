import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { crawledHub } from '../../support/catalog/crawled-hub.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'
import { hubdex } from '../../support/processes/hubdex.ts'
import { startTestEmbedder, type TestEmbedder } from '../../support/servers/embedder-server.ts'

const KEY = 'sk-a-key-for-tests-only-0123456789'

// The embedded catalog always has pgvector.
describe('semantic search on the command line', () => {
  const [embedded] = catalogTargets
  if (embedded === undefined) throw new Error('There is no embedded catalog.')
  const { environment } = crawledHub(embedded.create, { repos: 12, seed: 5, quota: 0 })
  let embedder: TestEmbedder
  let settings: Record<string, string>

  beforeAll(async () => {
    embedder = await startTestEmbedder({ key: KEY })
    settings = {
      ...environment,
      HUBDEX_EMBEDDER_URL: embedder.ollamaUrl,
      HUBDEX_EMBEDDER_MODEL: 'test-model',
      HUBDEX_EMBEDDER_KEY: KEY,
    }
  })
  afterAll(() => embedder?.[Symbol.asyncDispose]())

  const json = async (commandLine: string[], variables = settings) => {
    const { code, stdout, stderr } = await hubdex([...commandLine, '--json'], { ...environment, ...variables })
    if (code !== 0) throw new Error(stderr)
    return { ...JSON.parse(stdout), stderr }
  }

  it('searches by words until something is embedded, and says why', async () => {
    const { semantic, stderr } = await json(['search', 'doctor', '--semantic'])
    expect(semantic).toMatchObject({ ratio: 0.5, isUsed: false, reason: { code: 'nothing-embedded' } })
    expect(stderr).toContain('hubdex index embed')
    expect((await json(['search', 'doctor', '--semantic'], {})).semantic.reason.code).toBe('no-embedder')
    expect((await json(['search', 'doctor'])).semantic).toBeNull()
    expect((await json(['status'])).semantic).toBeNull()
  })

  it('embeds on request, and then finds by meaning', async () => {
    expect(await json(['index', 'embed'])).toMatchObject({ embedded: 12, failed: 0 })
    expect(await json(['index', 'embed'])).toMatchObject({ embedded: 0, failed: 0 })
    const { semantic, total, hits } = await json(['search', 'doctor', '--semantic', '0.8'])
    expect(semantic).toEqual({ ratio: 0.8, isUsed: true, byMeaning: 12 })
    expect([total, hits.length]).toEqual([12, 12])
    expect((await json(['search', 'doctor', '--explain', '--semantic', '1'])).hits[0].explanation.cost).toBeNull()
    expect((await json(['search', 'doctor'], { ...settings, HUBDEX_SEMANTIC_RATIO: '0.3' })).semantic.ratio).toBe(0.3)
    const { stdout } = await hubdex(['search', 'doctor', '--semantic', '--explain'], settings)
    expect(stdout).toContain('by meaning')
  })

  it('shows its state in the status', async () => {
    const { semantic } = await json(['status'])
    expect(semantic).toEqual({
      ...{ model: 'test-model', dimensions: 64, embedded: 12, due: 0, failed: 0 },
      ...{ isScanned: true, isConfigured: true, error: null },
    })
    expect((await json(['status'], { ...settings, HUBDEX_EMBEDDER_MODEL: 'other' })).semantic.isConfigured).toBe(false)
    expect((await hubdex(['status'], settings)).stdout).toContain('12 texts embedded by test-model')
  })

  it('is part of a crawl, which does not fail with the embedder', async () => {
    embedder.faults = { status: 401 }
    const variables = { ...settings, HUBDEX_EMBEDDER_MODEL: 'newer', HUBDEX_EMBEDDER_DIMENSIONS: '32' }
    const failed = await hubdex(['crawl', '--stages', 'none'], variables)
    expect(failed.code).toBe(0)
    expect(failed.stderr).toContain('could not be embedded')
    expect(failed.stderr).not.toContain(KEY)
    expect((await json(['status'], variables)).semantic).toMatchObject({ embedded: 0, due: 12, error: { code: 'key-refused' } })
    embedder.faults = {}
    expect((await hubdex(['crawl', '--stages', 'none'], variables)).code).toBe(0)
    expect((await json(['status'], variables)).semantic).toMatchObject({ embedded: 12, due: 0, error: null })
  })

  it('does not show the key', async () => {
    const { stdout, stderr } = await hubdex(['config'], settings)
    expect(stdout + stderr).not.toContain(KEY)
  })

  it.each([
    [['search', 'x', '--semantic', 'photos'], {}],
    [['search', 'x', '--semantic', '2'], {}],
    [['search', '--similar-to', 'a/b', '--semantic'], {}],
    [['search', 'x'], { HUBDEX_SEMANTIC_RATIO: '0.5', HUBDEX_EMBEDDER_URL: '', HUBDEX_EMBEDDER_MODEL: '' }],
    [['search', 'x'], { HUBDEX_EMBEDDER_URL: 'http://localhost:11434' }],
    [['search', 'x'], { HUBDEX_EMBEDDER_MODEL: '' }],
    [['index', 'embed'], { HUBDEX_EMBEDDER_URL: '', HUBDEX_EMBEDDER_MODEL: '', HUBDEX_EMBEDDER_KEY: '' }],
  ])('refuses %j with %j', async (commandLine, variables) => {
    expect((await hubdex(commandLine, { ...settings, ...variables })).code).toBe(2)
  })
})
