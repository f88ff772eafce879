import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { crawledHub } from '../../support/catalog/crawled-hub.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { hubdex } from '../../support/processes/hubdex.ts'

describe.each(anyCatalogTarget)('hubdex sql with a chart ($engine)', ({ create }) => {
  const { environment } = crawledHub(create, { repos: 15, seed: 3 })
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(inject('scratchDirectory'), 'charts-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const sql = (words: readonly string[], more: Record<string, string> = {}, stdout = {}) =>
    hubdex(['sql', ...words], { ...environment, ...more }, stdout)

  test('draws bars with the title of a named query, in color only where that is welcome', async () => {
    const { code, stdout } = await sql(['tasks', '--chart', 'bar'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Models and downloads per task\n\ntask +models\n/)
    const lines = ['growth', '--chart', 'line']
    const colorsOf = async (more: Record<string, string>) =>
      /\p{Cc}\[3/u.test((await sql(lines, more, { isTTY: true, columns: 60 })).stdout)
    expect([await colorsOf({}), await colorsOf({ NO_COLOR: '1' }), await colorsOf({ TERM: 'dumb' })]).toEqual([
      true,
      false,
      false,
    ])
  })

  test('writes a file, says what it shows as JSON, and replaces a former file', async () => {
    const file = join(folder, 'tasks.svg')
    for (const title of ['First', 'Second & last']) {
      const { code, stdout } = await sql(['tasks', '--chart-file', file, '--y', 'downloads', '--title', title, '--json'])
      expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, file, type: 'bar', x: 'task', y: 'downloads', title })
    }
    expect(await readFile(file, 'utf8')).toContain('Second &amp; last')
    expect(await readdir(folder)).toEqual(['tasks.svg'])
  })

  test('says that the result was cut off, in the picture too', async () => {
    const file = join(folder, 'cut.html')
    await sql(['select id, likes from models', '--chart-file', file, '--sql-max-rows', '2'])
    expect(await readFile(file, 'utf8')).toContain('cut off after 2 rows')
  })

  test.each([
    ['--json', ['tasks', '--chart', 'bar', '--json'], '--json'],
    ['--format', ['tasks', '--chart', 'bar', '--format', 'csv'], '--format'],
    ['an unknown ending', ['tasks', '--chart-file', 'tasks.pdf'], '.svg, .png or .html'],
    ['a folder that does not exist', ['tasks', '--chart-file', '/no/such/folder/tasks.svg'], 'does not exist'],
    ['flags of a chart without one', ['tasks', '--x', 'task'], '--chart'],
    ['no rows', ['select id, likes from models where false', '--chart', 'bar'], 'no rows'],
    ['no numbers', ['select id, author from models', '--chart', 'line'], 'id (texts), author (texts)'],
    ['an unknown column', ['tasks', '--chart', 'bar', '--y', 'stars'], 'no column "stars"'],
  ])('is refused for %s', async (_, words, message) => {
    const { code, stdout, stderr } = await sql(words)
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(message) })
  })
})
