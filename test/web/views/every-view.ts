import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import axe from 'axe-core'
import { beforeAll, expect, it } from 'vitest'
import { BUILT_PAGE } from '../support/build-page.ts'
import type { PageWorld, WatchedPage } from '../support/page-world.ts'

/** Each with what it shows last. No view comes twice in a row, whose old state might be taken for the new one. */
const VIEWS = [
  { name: 'search', path: '/search?q=acme&filter=license%3Dmit', shows: 'mark' },
  { name: 'model', path: '/models/acme/base-model', shows: '.lineage-node' },
  { name: 'table of hits', path: '/search?q=acme&view=table', shows: '.table' },
  { name: 'dataset', path: '/datasets/acme/known-questions', shows: '.split-choice' },
  { name: 'no hits', path: '/search?q=zzqqxxyy', shows: '.message' },
  { name: 'SQL', path: '/sql/space-sdks', shows: '.table' },
  { name: 'changes', path: '/changes?author=acme', shows: '.change' },
  { name: 'status', path: '/status', shows: '.table .badge' },
  { name: 'columns', path: '/columns?name=text', shows: '.table' },
  { name: 'compare', path: '/compare?repo=model:acme/base-model&repo=model:acme/tuned-model', shows: '.compare-table' },
  { name: 'an unknown repo', path: '/models/nobody/nothing', shows: '.message' },
  { name: 'an unknown view', path: '/nowhere', shows: '.message' },
]

/** Rules whose outcome depends on colors and widths, which the second theme and the phone change. */
const CHANGING_RULES = ['color-contrast', 'scrollable-region-focusable', 'target-size']

const PHONE = { width: 390, height: 844 }

const MAX_FIRST_LOAD_BYTES = 120_000

export function everyViewSuite(world: PageWorld): void {
  beforeAll(() => world.open('/status'))

  it.each(VIEWS)('is accessible in both themes and fits 390 pixels: $name', async ({ path, shows }) => {
    const page = await world.visit(path)
    await isShown(page, shows)
    expect(await violationsOf(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.setViewportSize(PHONE)
    expect(await violationsOf(page, CHANGING_RULES)).toEqual([])
    expect(await overflowOf(page)).toBe(0)
    expect(page.problems).toEqual([])
  })

  it('has a switch of themes that lasts', async () => {
    const page = await world.open('/columns')
    const choose = async (theme: string) => {
      await page.locator('summary[aria-label="Theme"]').focus()
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: theme }).click()
    }
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    const light = await ground()
    await choose('Dark')
    expect(await ground()).not.toBe(light)
    await page.reload()
    await expect.poll(ground).not.toBe(light)
    await choose('As the system')
    expect(await ground()).toBe(light)
  })

  it('works below the path that a proxy puts before all paths', async () => {
    const page = await world.open('/some/prefix/models/acme/base-model')
    await page.getByRole('heading', { level: 1, name: 'acme/base-model' }).waitFor()
    await page.getByRole('link', { name: 'SQL' }).click()
    await page.getByRole('link', { name: 'licenses Licenses of each kind' }).click()
    await page.getByRole('region', { name: 'Rows of the result' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/some/prefix/sql/licenses')
    expect(page.problems).toEqual([])
  })

  it('opens the search on a phone with its filters in a dialog', async () => {
    const page = await world.open('/search?kind=model')
    await page.setViewportSize(PHONE)
    const words = page.getByLabel('Search the catalog')
    await words.fill('t')
    await page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option').nth(2).waitFor()
    expect(await overflowOf(page)).toBe(0)
    await words.fill('')
    await page.getByRole('button', { name: 'Filters' }).click()
    const dialog = page.getByRole('dialog', { name: 'Filters' })
    await dialog.getByRole('checkbox', { name: /apache-2\.0/ }).check()
    expect(await overflowOf(page)).toBe(0)
    await dialog.getByRole('button', { name: 'Show results' }).click()
    await page.getByText('License: apache-2.0').waitFor()
    await page.getByRole('link', { name: 'Changes' }).click()
    await page.getByText('Feed of this list').click()
    expect((await page.getByRole('link', { name: 'Atom', exact: true }).boundingBox())?.x).toBeGreaterThan(0)
    expect(page.problems).toEqual([])
  })

  it('loads less than 120 kB of gzipped script at first', async () => {
    const document = await readFile(`${BUILT_PAGE}/index.html`, 'utf8')
    const scripts = [...document.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(([, path]) => path)
    const sizes = await Promise.all(scripts.map(async (path) => gzipSync(await readFile(`${BUILT_PAGE}/${path}`)).length))
    expect(sizes.length).toBeGreaterThan(0)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_FIRST_LOAD_BYTES)
  })

  it('answers unknown paths with the page for browsers, and with a problem for programs', async () => {
    const browser = await fetch(`${world.url}/nowhere/at/all`, { headers: { accept: 'text/html,*/*;q=0.8' } })
    expect([browser.status, await browser.text()]).toEqual([404, expect.stringContaining('<div id="page">')])
    const program = await fetch(`${world.url}/nowhere/at/all`)
    expect([program.status, await program.json()]).toEqual([404, expect.objectContaining({ code: 'not-found' })])
  })

  it('lets browsers keep its files for good, but not its document', async () => {
    const document = await fetch(`${world.url}/search`)
    expect(document.headers.get('cache-control')).toBe('no-cache')
    expect(document.headers.get('content-security-policy')).not.toContain('unsafe')
    const [script] = /assets\/[^"]+\.js/.exec(await document.text()) ?? []
    const file = await fetch(`${world.url}/${script}`)
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(file.headers.get('content-type')).toContain('javascript')
    for (const path of ['/assets/..%2f..%2fpackage.json', '/assets/none.js', '/index.html/..%2f..%2fpackage.json']) {
      expect((await fetch(`${world.url}${path}`)).status).toBeGreaterThanOrEqual(400)
    }
  })
}

/** By how many pixels the document is wider than the window. */
async function overflowOf(page: WatchedPage): Promise<number> {
  return await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}

/** Waits for what comes last, and until nothing is loading any more. */
async function isShown(page: WatchedPage, selector: string): Promise<void> {
  await page.locator(selector).first().waitFor()
  await page.waitForFunction(() => document.querySelector('.skeleton, .is-stale') === null)
}

/** Rules that the view violates, each with the elements. Without `rules`, all that axe knows. */
async function violationsOf(page: WatchedPage, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  return await page.evaluate(async (only) => {
    // Nothing that is not loaded yet matters: it would read all style sheets again.
    const options = { resultTypes: ['violations'], preload: false, ...(only && { runOnly: only }) }
    // This runs in the page, where the script of axe has defined it.
    const { violations } = await (window as unknown as { axe: Axe }).axe.run(document, options)
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`,
    )
  }, rules)
}

interface Axe {
  run(
    context: unknown,
    options: unknown,
  ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>
}
