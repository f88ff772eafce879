import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimHub } from '../../../src/catalog/passes/hub-endpoint.ts'
import { SearchSync } from '../../../src/search/indexing/sync.ts'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import { openTestCatalog, type TestCatalog } from '../../support/catalog/catalog.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { hubIdOf, PageWriter } from '../../support/hub/pages.ts'
import { environmentOf, hubdex } from '../../support/processes/hubdex.ts'

const COMMA = 'one, two'
const MODELS = [
  ['openai/whisper-large-v3', ['license:apache-2.0', 'en', 'license:', COMMA]],
  ['openai/whisper-large-v3-turbo', ['license:mit', 'en'], ' '],
  ['Qwen/Qwen3-8B', ['license:apache-2.0', 'zh', 'Mixed-Case'], ''],
  ['gpt2', ['license:mit', 'en', 'mixed-case-too']],
  ['someone/gpt2', ['license:MIT-0', 'de', 'two words']],
] as const

describe.each(anyCatalogTarget)('hubdex search ($engine)', ({ create }) => {
  let catalog: TestCatalog
  let environment: Record<string, string>

  beforeAll(async () => {
    catalog = await openTestCatalog(create)
    environment = environmentOf(catalog)
    const pages = new PageWriter(catalog)
    const models = (ids: readonly string[]) =>
      ids.map((id, index) => ({
        ...{ _id: hubIdOf(index + 1), id, createdAt: '2024-02-08T08:11:36.000Z' },
        ...{ author: id.split('/').at(-2), tags: MODELS[index]?.[1], pipeline_tag: 'automatic-speech-recognition' },
        library_name: MODELS[index]?.[2],
      }))
    const ids = MODELS.map(([id]) => id)
    await pages.fullPass(models(ids))
    await pages.fullPass(models(ids.map((id) => (id === 'gpt2' ? 'openai-community/gpt2' : id))))
    await claimHub(catalog.db, 'http://hub.example')
    await pages.fullPass([{ _id: hubIdOf(100), id: 'openai/whisper-large-v3', tags: ['license:mit'] }], 'dataset')
    await catalog.rows(`insert into catalog.cards (hub_id, text, bytes, truncated)
      values ('${hubIdOf(3)}', 'Nothing but **narwhals**.', 20, false)`)
    await new SearchSync(catalog.db, new PostgresSearchEngine(catalog.connection)).finish()
  })
  afterAll(async () => {
    await catalog[Symbol.asyncDispose]()
  })

  async function json(...given: string[]) {
    const { code, stdout, stderr } = await hubdex(['search', ...given, '--json'], environment)
    const result = stdout === '' ? undefined : JSON.parse(stdout)
    const ids = result?.hits.map(({ id }: { id: string }) => id).sort()
    return { code, stderr, ids, result }
  }

  it('explains the rank of each hit', async () => {
    const { result } = await json('whisper', 'v3', 'large', '--kind', 'model', '--explain')
    expect(result.hits.map(({ id, explanation }: Record<string, unknown>) => ({ id, explanation }))).toMatchObject([
      { id: 'openai/whisper-large-v3', explanation: { cost: -2, name: 'whole', popularity: 0 } },
      {
        id: 'openai/whisper-large-v3-turbo',
        explanation: {
          cost: 0,
          name: null,
          words: [{ word: 'whisper', match: { kind: 'word', field: 'name', terms: ['whisper'], cost: 0 } }, {}, {}],
        },
      },
    ])
  })

  it('finds the repos with most of the words where none has all, and says so', async () => {
    const { result } = await json('whisper', 'large', 'unheard', '--kind', 'model')
    expect(result).toMatchObject({ isRelaxed: true, total: 2 })
    const { stdout } = await hubdex(['search', 'whisper', 'large', 'unheard', '--explain'], environment)
    expect(stdout).toContain('unheard is missing')
    expect(stdout).toContain('No repo has all words.')
  })

  it('says where hits match, and shows the README if a word is nowhere else', async () => {
    const { result } = await json('qwen', 'narwhals')
    expect(result).toMatchObject({ total: 1, didYouMean: null })
    expect(result.hits[0].matches).toEqual([
      { field: 'name', snippet: 'Qwen3-8B', highlights: [[0, 4]], words: ['qwen'] },
      { field: 'author', snippet: 'Qwen', highlights: [[0, 4]], words: ['qwen'] },
      { field: 'readme', snippet: 'Nothing but narwhals.', highlights: [[12, 20]], words: ['narwhals'] },
    ])
    expect(result.hits[0]).not.toHaveProperty('readmeDigest')
    const { stdout } = await hubdex(['search', 'narwhals', '--explain'], environment)
    expect(stdout).toContain('\n  README: Nothing but narwhals.\n')
    expect(stdout).toContain('narwhals in readme (16)')
  })

  it('names the nearest query that finds something, if nothing is found', async () => {
    const { result } = await json('whisperr', 'lrage', 'turbbo')
    expect(result).toMatchObject({ didYouMean: null })
    const wrong = ['wihspre', '--kind', 'dataset']
    expect((await json(...wrong)).result).toMatchObject({ total: 0, didYouMean: 'whisper' })
    expect((await hubdex(['search', ...wrong], environment)).stdout).toContain('Did you mean: whisper')
    expect((await json('wihspre', '--kind', 'space')).result).toMatchObject({ total: 0, didYouMean: null })
  })

  it('completes beginnings', async () => {
    const suggestions = async (...given: string[]) => {
      const { code, stdout } = await hubdex(['suggest', ...given, '--json'], environment)
      return { code, ...(JSON.parse(stdout) as { query: unknown; suggestions: unknown }) }
    }
    expect(await suggestions('Whisper', 'large', '--kind', 'Models', '--limit', '1')).toMatchObject({
      code: 0,
      query: { prefix: 'Whisper large', kind: 'model', limit: 1 },
      suggestions: [{ type: 'repo', value: 'openai/whisper-large-v3', kind: 'model', downloads: 0, likes: 0 }],
    })
    expect((await suggestions('automatic')).suggestions).toEqual([
      { type: 'task', value: 'automatic-speech-recognition', label: 'Automatic Speech Recognition', count: 5 },
    ])
    const { stdout } = await hubdex(['suggest', 'openai'], environment)
    expect(stdout).toMatch(/^author +openai +3/m)
    expect(await hubdex(['suggest', 'x', '--kind', 'kitten'], environment)).toMatchObject({ code: 2, stdout: '' })
    expect(await hubdex(['suggest'], environment)).toMatchObject({ code: 2, stdout: '' })
    expect((await hubdex(['suggest', 'zzz'], environment)).stdout).toContain('Nothing')
  })

  it('says that it does not explain an address', async () => {
    const { code, stderr, result } = await json('https://huggingface.co/openai/whisper-large-v3', '--explain')
    expect({ code, total: result.total }).toEqual({ code: 0, total: 1 })
    expect(stderr).not.toBe('')
  })

  it.each([
    [['license=MIT'], ['openai-community/gpt2', 'openai/whisper-large-v3', 'openai/whisper-large-v3-turbo']],
    [['License = MIT'], ['openai-community/gpt2', 'openai/whisper-large-v3', 'openai/whisper-large-v3-turbo']],
    [
      ['license= Apache-2.0 , MIT-0 ,', 'kind=Models'],
      ['Qwen/Qwen3-8B', 'openai/whisper-large-v3', 'someone/gpt2'],
    ],
    [['license=mit-0'], ['someone/gpt2']],
    [['author=qwen'], ['Qwen/Qwen3-8B']],
    [['tag=MIXED-CASE'], ['Qwen/Qwen3-8B']],
    [['task=Automatic-Speech-Recognition', 'language=ZH'], ['Qwen/Qwen3-8B']],
    [[`tag="${COMMA}"`], ['openai/whisper-large-v3']],
    [[`tag="${COMMA}","two words"`], ['openai/whisper-large-v3', 'someone/gpt2']],
  ])('finds the repos that match --filter %j', async (filters, ids) => {
    const found = await json(...filters.flatMap((filter) => ['--filter', filter]))
    expect(found).toMatchObject({ code: 0, ids, stderr: '' })
  })

  it.each([
    ['license=mti', 'license=mti. Did you mean mit?'],
    ['license=apache 2.0', 'license=apache 2.0. Did you mean apache-2.0?'],
    ['task=automatic_speach_recognition', 'Did you mean automatic-speech-recognition?'],
    ['author=opanai', 'author=opanai. Did you mean openai?'],
    ['tag=one, two', 'tag=one.'],
    ['language=xx', 'No repo has language=xx.\n'],
  ])('says that no repo has the value of --filter %s, and suggests a similar one', async (filter, text) => {
    const { code, ids, stderr } = await json('--filter', filter)
    expect({ code, ids }).toEqual({ code: 0, ids: [] })
    expect(stderr).toContain(text)
  })

  it.each([
    [['--filter', 'licence=mit'], /"licence".* license\?.*kind, task/],
    [['--kind', 'modle'], /"modle".* model\?/],
    [['--sort', 'download'], / downloads\?/],
    [['--facet', 'tags'], / tag\?/],
    [['--facet', ' , '], /facet.*license/],
    [['--filter', 'license='], /field=value.* ""/],
    [['--filter', 'license= , '], /field=value/],
    [['--filter', '=mit'], /field=value/],
    [['--filter', 'tag="one, two'], /"one, two/],
    [['--limit', ''], / 0 to 1,000/],
    [['--limit', ' '], / 0 to 1,000/],
    [['--limit', '1e2'], /--limit.* 1,000/],
    [['--limit', '1001'], / 0 to 1,000/],
    [['--offset', '0x10'], /--offset/],
    [['--facet-limit', '0'], / 1 to 1,000/],
    [['--facet-limit', '1001'], / 1 to 1,000/],
    [
      ['https://huggingface.co/models?search=bert'],
      /https:\/\/hub\.example\/owner\/name|https:\/\/huggingface\.co\/owner\/name/,
    ],
  ])('refuses %j', async (given, message) => {
    const { code, stderr, result } = await json(...given)
    expect({ code, result }).toEqual({ code: 2, result: undefined })
    expect(stderr.replace(/\s+/g, ' ')).toMatch(message)
  })

  it('accepts names in any letter case', async () => {
    const { result } = await json('--sort', 'Downloads', '--facet', 'License, KIND', '--kind', 'DATASET')
    expect(result.query).toMatchObject({
      sort: 'downloads',
      facets: ['license', 'kind'],
      filters: { kind: ['dataset'] },
    })
    expect(result.facets).toMatchObject({ license: { mit: 1 }, kind: { model: 5, dataset: 1 } })
  })

  it('shows the requested number of values per facet, and whether there are more', async () => {
    const few = await json('--facet', 'license,language', '--facet-limit', '2', '--kind', 'model')
    expect(few.result.facets).toEqual({ license: { 'apache-2.0': 2, mit: 2 }, language: { en: 3, de: 1 } })
    expect(few.result.truncatedFacets).toEqual(['license', 'language'])
    const all = await json('--facet', 'language', '--facet-limit', '3')
    expect(all.result).toMatchObject({ facets: { language: { en: 3, de: 1, zh: 1 } }, truncatedFacets: [] })
    const { stdout } = await hubdex(['search', '--facet', 'language,kind', '--facet-limit', '2'], environment)
    expect(stdout).toMatch(/en +3\nde +1\n… and more values; --facet-limit 10 shows more\.\n\nkind/)
    expect(stdout.match(/… and more/g)).toHaveLength(1)
  })

  it('quotes values that have a comma, as --filter needs them, and shows no blank ones', async () => {
    const { stdout } = await hubdex(['search', '--facet', 'tag,library', '--facet-limit', '50', '--limit', '0'], environment)
    for (const line of [/^"one, two" +1$/m, /^two words +1$/m]) expect(stdout).toMatch(line)
    expect(stdout).not.toMatch(/^" ?"/m)
    const none = await hubdex(['search', '--facet', 'sdk', '--limit', '0'], environment)
    expect(none.stdout).toContain(' sdk')
  })

  it.each([
    ['https://huggingface.co/openai/whisper-large-v3', 'model', 'openai/whisper-large-v3'],
    ['hf.co/OpenAI/Whisper-Large-v3/tree/main', 'model', 'openai/whisper-large-v3'],
    ['https://huggingface.co/datasets/openai/whisper-large-v3?library=datasets', 'dataset', 'openai/whisper-large-v3'],
    ['datasets/openai/whisper-large-v3', 'dataset', 'openai/whisper-large-v3'],
    ['https://huggingface.co/gpt2', 'model', 'openai-community/gpt2'],
    ['http://hub.example/gpt2', 'model', 'openai-community/gpt2'],
  ])('finds and shows only the repo at %s', async (address, kind, id) => {
    const { code, result, stderr } = await json(address, '--facet', 'license')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(result).toMatchObject({ total: 1, hits: [{ kind, id }] })
    expect(Object.values(result.facets.license)).toEqual([1])
    const shown = await hubdex(['show', address, '--json'], environment)
    expect(JSON.parse(shown.stdout)).toMatchObject({ kind, id })
  })

  it.each(['openai/whisper-large-v3', 'https://huggingface.co/openai/whisper-large-v3'])(
    'lists the repos most like %s, with what they have in common',
    async (id) => {
      const { code, stderr, result } = await json('--similar-to', id, '--kind', 'model', '--limit', '2')
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(result.query.similarTo).toEqual({ kind: 'model', id: 'openai/whisper-large-v3' })
      expect(result.total).toBe(4)
      expect(result.hits).toHaveLength(2)
      expect(result.hits[0].similarity).toMatchObject({ base: 0, task: 1, size: 0 })
    },
  )

  it.each([
    [['--similar-to', 'nobody/nothing'], 1, /nobody\/nothing/],
    [['--similar-to', ' '], 2, /owner\/name/],
    [['whisper', '--similar-to', 'openai/whisper-large-v3'], 2, /words/],
    [['--similar-to', 'openai/whisper-large-v3', '--sort', 'likes', '--facet', 'task'], 2, /--sort and --facet/],
  ])('refuses what is similar to nothing known, and what does not go with it: %j', async (given, code, text) => {
    const answer = await json(...given)
    expect(answer).toMatchObject({ code, stderr: expect.stringMatching(text), result: undefined })
  })

  it('applies filters to the repo at an address', async () => {
    const { result } = await json('https://hf.co/openai/whisper-large-v3', '--filter', 'license=mit', '--facet', 'license')
    expect(result).toMatchObject({ total: 0, hits: [], facets: { license: { 'apache-2.0': 1 } } })
  })

  it('searches for the words of an address without a repo, and says so', async () => {
    const { code, ids, stderr } = await json('https://huggingface.co/openai/whisper-large')
    expect({ code, ids }).toEqual({ code: 0, ids: ['openai/whisper-large-v3', 'openai/whisper-large-v3-turbo'] })
    expect(stderr).toContain('openai/whisper-large;')
    const shown = await hubdex(['show', 'https://huggingface.co/openai/whisper-large'], environment)
    expect(shown).toMatchObject({ code: 1, stdout: '' })
    expect(shown.stderr).toContain('openai/whisper-large ')
  })
})
