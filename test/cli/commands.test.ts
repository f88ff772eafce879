import { mkdtemp, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { crawledHub } from '../support/catalog/crawled-hub.ts'
import { anyCatalogTarget } from '../support/catalog/embedded.ts'
import { hubdex } from '../support/processes/hubdex.ts'

describe.each(anyCatalogTarget)('the command line ($engine)', ({ create }) => {
  const flags = ['--stages', 'all', '--json']
  const { hub, environment, crawl } = crawledHub(create, { repos: 400, seed: 3, quota: 0 }, flags)

  it('crawls, and prints one JSON report', async () => {
    const report = JSON.parse(crawl.stdout)
    expect(report).toMatchObject({ failures: 0, requests: { throttled: 0 } })
    expect(report.stages).toMatchObject({ details: { failed: 0 }, parquet: { failed: 0 }, card: { failed: 0 } })
    expect(report.stages.details.done + report.stages.details.due).toBeGreaterThanOrEqual(200)
    expect(report.passes.map((pass: { kind: string }) => pass.kind)).toEqual([
      'model',
      'dataset',
      'space',
      'collection',
      'tags',
    ])
    expect(report.passes[0]).toMatchObject({ scope: 'full', state: 'complete', repos: 200, inserted: 200, removed: 0 })
    expect(crawl.stderr).toContain('models')
  })

  it('searches the catalog, as a table and as JSON', async () => {
    const json = await hubdex(['search', '--kind', 'model', '--facet', 'task,license', '--limit', '5', '--json'], environment)
    expect(json.code).toBe(0)
    const result = JSON.parse(json.stdout)
    expect(result).toMatchObject({ total: 200, query: { filters: { kind: ['model'] } } })
    expect(result.hits).toHaveLength(5)
    expect(Object.keys(result.facets)).toEqual(['task', 'license'])
    const [hit] = result.hits
    const table = await hubdex(['search', hit.id, '--limit', '1'], environment)
    expect(table.stdout).toContain(hit.id)
  })

  it('shows one repo in any letter case', async () => {
    const { stdout: found } = await hubdex(['search', '--kind', 'dataset', '--limit', '1', '--json'], environment)
    const { id, hubId } = JSON.parse(found).hits[0]
    const shown = await hubdex(['show', id.toUpperCase(), '--json'], environment)
    expect(JSON.parse(shown.stdout)).toMatchObject({ kind: 'dataset', id, hubId, formerNames: [] })
    expect((await hubdex(['show', 'nobody/nothing'], environment)).code).toBe(1)
  })

  it('runs SQL, prints tables, JSON or CSV, and refuses to write', async () => {
    const query = 'select kind, count(*) as repos from repos group by kind order by kind'
    expect((await hubdex(['sql', query], environment)).stdout).toMatch(/dataset\s+100\n/)
    expect(JSON.parse((await hubdex(['sql', query, '--json'], environment)).stdout)).toEqual([
      { kind: 'dataset', repos: 100 },
      { kind: 'model', repos: 200 },
      { kind: 'space', repos: 100 },
    ])
    expect((await hubdex(['sql', query, '--format', 'csv'], environment)).stdout).toBe(
      'kind,repos\ndataset,100\nmodel,200\nspace,100\n',
    )
    const refused = await hubdex(['sql', 'delete from models'], environment)
    expect(refused.code).toBe(2)
    expect(refused.stdout).toBe('')
  })

  it('escapes control sequences in tables and CSV for a terminal, but not in CSV for a file', async () => {
    const query = ['sql', "select chr(27) || '[31m' as text, 1 as one"]
    const terminal = { isTTY: true, columns: 80 }
    const csv = [...query, '--format', 'csv']
    expect((await hubdex(query, environment, terminal)).stdout).toContain('\\u{1b}[31m')
    expect((await hubdex(csv, environment, terminal)).stdout).toBe('text,one\n\\u{1b}[31m,1\n')
    expect((await hubdex(csv, environment)).stdout).toBe('text,one\n\u{1b}[31m,1\n')
    expect((await hubdex(['sql', 'select "\u{1b}[31m"'], environment)).stderr).not.toContain('\u{1b}')
  })

  it('shortens nothing on a terminal of unknown width', async () => {
    const query = ['sql', "select repeat('x', 60) as text"]
    expect((await hubdex(query, environment, { isTTY: true, columns: 0 })).stdout).toContain('x'.repeat(60))
    expect((await hubdex(query, environment, { isTTY: true, columns: 20 })).stdout).not.toContain('x'.repeat(21))
  })

  it('lists settings with their sources, and never a secret', async () => {
    const { stdout } = await hubdex(['config', '--json'], { ...environment, HF_TOKEN: 'hf_abcdefghij' })
    const rows: { setting: string; value: unknown; source: string }[] = JSON.parse(stdout)
    expect(rows.find((row) => row.setting === 'endpoint')).toEqual({
      setting: 'endpoint',
      value: hub.url,
      source: 'environment HF_ENDPOINT',
    })
    expect(stdout).not.toContain('hf_abcdefghij')
  })

  it('lists migrations that were already applied', async () => {
    const { stdout, code } = await hubdex(['db', 'migrate', '--json'], environment)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)[0]).toEqual({ name: '0001-catalog', applied: false })
  })

  it.each([
    [['crawl', 'kittens'], /kittens.*models, datasets, spaces, collections, tags/],
    [['crawl', 'modls'], /Did you mean models/],
    [['crawl', '--limit', '0'], /at least 1/],
    [['crawl', '--stages', 'files'], /some of details,parquet,card/],
    [['search', '--filter', 'color=red'], /color.*kind, task/],
    [['search', '--filter', 'license'], /field=value/],
    [['search', '--sort', 'beauty'], /beauty.*relevance/],
    [['search', '--facet', 'color'], /color/],
    [['search', '--limit', '-1'], /limit.*from 0 to 1,000/],
    [['crawl', '--limit', ''], /whole number of at least 1/],
    [['crawl', '--stage-requests', ' '], /whole number of at least 1/],
    [['failures', '--all', '--limit', '1e3'], /whole number of at least 1/],
    [['index', 'check', '--sample', ''], /whole number of at least 0/],
    [['sample-hub', '--port', '70000'], /whole number from 0 to 65,535/],
    [['sample-hub', '--churn', ' '], /--churn/],
    [['sql'], /Expected a statement/],
    [['sql', 'selekt 1'], /selekt/],
    [['show', 'a/b', '--kind', 'kitten'], /kitten.*model, dataset, space/],
    [['export', 'somewhere', '--tables', ''], /--tables is empty/],
    [['frobnicate'], /frobnicate/],
    [['crawl', '--color'], /--color/],
    [['sample-hub', '--fault', 'plague'], /plague/],
    [['sample-hub', '--data', '.', '--repos', '4'], /--data.*--repos|--repos.*--data/],
    [['sample-hub', '--churn', 'often'], /--churn/],
    [['sample-hub', '--webhook', 'nowhere'], /--webhook/],
    [['crawl', '--endpoint', 'http://other.example'], /HUBDEX_PREVIOUS_ENDPOINT=http:/],
    [['up', '--endpoint', 'http://other.example'], /other\.example/],
    [['schedule', '--endpoint', 'http://other.example'], /other\.example/],
    [['config', '--endpoint', 'ftp://x'], /--endpoint/],
  ])('refuses %j with exit code 2, and says what was expected', async (commandLine, reason) => {
    const { code, stdout, stderr } = await hubdex(commandLine, environment)
    expect(stderr).toMatch(reason)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('refuses an unknown setting, and suggests the nearest', async () => {
    const { code, stderr } = await hubdex(['config'], { HUBDEX_PAGE_SIZES: '5' })
    expect(code).toBe(2)
    expect(stderr).toContain('HUBDEX_PAGE_SIZE')
  })

  it.each([
    ['search', 'x'],
    ['sql', 'select 1'],
    ['show', 'a/b'],
  ])('without a catalog points to crawl, and leaves the folder unchanged: %s', async (...commandLine) => {
    const folder = await mkdtemp(join(inject('scratchDirectory'), 'empty-'))
    for (const dataDirectory of [folder, join(folder, 'missing')]) {
      const { code, stderr } = await hubdex([...commandLine, '--data-dir', dataDirectory])
      expect(code).toBe(1)
      expect(stderr).toContain('hubdex crawl')
    }
    expect(await readdir(folder)).toEqual([])
  })

  it.each(['demo', 'crawl', 'search', 'show', 'sql', 'sample-hub', 'config'])('shows an example of %s', async (name) => {
    const { code, stdout } = await hubdex([name, '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain(`$ hubdex ${name}`)
  })
})
