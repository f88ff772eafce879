import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { runQuery } from '../../src/analytics/sql-runner.ts'
import { drawReport } from '../../src/report/draw-report.ts'
import { type Report, readReport } from '../../src/report/read-report.ts'
import { openTestCatalog } from '../support/catalog/catalog.ts'
import { crawledHub } from '../support/catalog/crawled-hub.ts'
import { anyCatalogTarget } from '../support/catalog/embedded.ts'
import { environmentOf, hubdex } from '../support/processes/hubdex.ts'

const LIMITS = { timeoutMs: 60_000, maxRows: 100_000, maxBytes: 16_000_000 }
const HOSTILE = `</td><script src="https://evil.example/x.js"></script><img src=x onerror=alert(1)>&\u202e${'x'.repeat(3_000)}`

describe.each(anyCatalogTarget)('hubdex report ($engine)', ({ create }) => {
  const { catalog, environment } = crawledHub(create, { repos: 30, seed: 5 })
  let parent: string
  beforeAll(async () => {
    parent = await mkdtemp(join(inject('scratchDirectory'), 'report-'))
  })
  afterAll(() => rm(parent, { recursive: true }))

  const report = (folder: string, ...flags: string[]) => hubdex(['report', folder, ...flags], environment)
  const run = (sql: string) => runQuery(catalog.connection.pool, sql, LIMITS)
  const read = (readAt = new Date()): Promise<Report> => readReport(run, readAt)

  test('writes one page with every section, and replaces it', async () => {
    const folder = join(parent, 'new', 'report')
    for (const _ of [1, 2]) {
      const { code, stdout } = await report(folder, '--json')
      expect({ code, ...JSON.parse(stdout) }).toMatchObject({
        code: 0,
        file: join(folder, 'index.html'),
        sections: { length: 8 },
      })
      expect(await readdir(folder)).toEqual(['index.html'])
    }
    const page = await readFile(join(folder, 'index.html'), 'utf8')
    const heads = [...page.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, title]) => title)
    expect(heads).toEqual([
      'Growth',
      'Licenses',
      'Tasks and libraries',
      'Sizes',
      'Authors',
      'Families of models',
      'What changed this week',
      'What the catalog covers',
    ])
    expect(page).not.toMatch(/\bNaN\b|undefined|\[object/)
  })

  test('counts as SQL does, and shows queries that can be run', async () => {
    const { headlines, sections } = await read()
    const [expected] = (
      await run(`select (select count(*) from models), (select count(*) from datasets), (select count(*) from spaces),
        (select count(distinct author) from repos where removed_at is null)`)
    ).rows
    expect(headlines.slice(0, 4).map(({ value }) => value)).toEqual(expected)
    for (const { command, sql } of sections.flatMap(({ queries }) => queries)) {
      const words = command?.split(' ').slice(1) ?? ['sql', sql]
      expect(await hubdex([...words, '--json'], environment)).toMatchObject({ code: 0 })
    }
  })

  test('leaves out the current month and the one before which the Hub stored no times', async () => {
    await catalog.rows(`update catalog.repos set created_at = timestamptz '2022-03-02 23:29:04Z'`)
    await catalog.rows(`update catalog.repos set created_at = timestamptz '2026-05-03Z' where kind = 'model'`)
    await catalog.rows(`update catalog.repos set created_at = timestamptz '2026-04-03Z' where kind = 'space'`)
    const months = async (readAt: string) => {
      const page = drawReport(await read(new Date(readAt)))
      return ['2022-03', '2026-04', '2026-05'].filter((month) => page.includes(`<bdi>${month}-01</bdi>`))
    }
    expect(await months('2026-06-10Z')).toEqual(['2026-04', '2026-05'])
    expect(await months('2026-05-10Z')).toEqual([])
  })

  test('says since when changes are known', async () => {
    const { sections } = await read()
    const [changes] = sections.filter(({ title }) => title === 'What changed this week')
    expect(changes?.notes.join(' ')).toContain('first saw this Hub on')
    const later = await read(new Date(Date.now() + 30 * 86_400_000))
    const [old] = later.sections.filter(({ title }) => title === 'What changed this week')
    expect(old?.notes.join(' ')).not.toContain('first saw this Hub on')
  })

  test('shows hostile text as text, and requests nothing', async () => {
    await catalog.rows(
      `update catalog.repos set license = $$${HOSTILE}$$, author = $$${HOSTILE}$$, pipeline_tag = $$${HOSTILE}$$`,
    )
    const page = drawReport(await read())
    expect(page).not.toMatch(/<script|<img|<link|<iframe|\u202e|x{500}/)
    expect(page).toContain('&lt;/td&gt;&lt;script src=')
    const attributes = page.replaceAll(/="[^"]*"/g, '=').matchAll(/<[^>]*\s(\w+)=/g)
    expect([...attributes].filter(([, name]) => ['src', 'href', 'action', 'srcset'].includes(name ?? ''))).toEqual([])
    expect(page).toContain(`default-src 'none'`)
  })

  test('does not replace a page that is not a report', async () => {
    const folder = join(parent, 'site')
    await mkdir(folder)
    await writeFile(join(folder, 'index.html'), '<h1>Home</h1>')
    const { code, stderr } = await report(folder)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('is not a report') })
    expect(await readFile(join(folder, 'index.html'), 'utf8')).toBe('<h1>Home</h1>')
  })

  test('is refused in a path that runs through a file', async () => {
    await writeFile(join(parent, 'file'), '')
    const { code, stderr } = await report(join(parent, 'file', 'report'))
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('a part of') })
  })

  test('of an empty catalog is refused, and writes nothing', async () => {
    await using empty = await openTestCatalog(create)
    const folder = join(parent, 'empty')
    const { code, stderr } = await hubdex(['report', folder], environmentOf(empty))
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('hubdex crawl') })
    expect(await readdir(parent)).not.toContain('empty')
  })
})
