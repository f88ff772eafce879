import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import axe from 'axe-core'
import { expect, it } from 'vitest'
import { BUILT_PAGE } from '../support/build-page.ts'
import type { PageWorld, WatchedPage } from '../support/page-world.ts'

const VIEWS = [
  { name: 'search', path: '/search?q=acme&filter=license%3Dmit' },
  { name: 'table of hits', path: '/search?q=acme&view=table' },
  { name: 'no hits', path: '/search?q=zzqqxxyy' },
  { name: 'model', path: '/models/acme/base-model' },
  { name: 'dataset', path: '/datasets/acme/known-questions' },
  { name: 'SQL', path: '/sql/licenses' },
  { name: 'changes', path: '/changes' },
  { name: 'status', path: '/status' },
  { name: 'columns', path: '/columns?name=text' },
  { name: 'compare', path: '/compare?repo=model:acme/base-model&repo=model:acme/tuned-model' },
  { name: 'an unknown repo', path: '/models/nobody/nothing' },
]

const MAX_FIRST_LOAD_BYTES = 120_000

export function everyViewSuite(world: PageWorld): void {
  it.each(VIEWS)('is accessible in both themes and fits 390 pixels: $name', async ({ path }) => {
    const page = await world.open(path)
    await settled(page)
    expect(await violationsOf(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await violationsOf(page)).toEqual([])
    expect(await overflowOf(page)).toBe(0)
    expect(page.problems).toEqual([])
    await page.close()
  })

  it('has a switch of themes that lasts', async () => {
    const page = await world.open('/status', { colorScheme: 'light' })
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    const light = await ground()
    await page.locator('summary[aria-label="Theme"]').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Dark' }).click()
    expect(await ground()).not.toBe(light)
    await page.reload()
    await expect.poll(ground).not.toBe(light)
    await page.close()
  })

  it('works below the path that a proxy puts before all paths', async () => {
    const page = await world.open('/some/prefix/models/acme/base-model')
    await page.getByRole('heading', { level: 1, name: 'acme/base-model' }).waitFor()
    await page.getByRole('link', { name: 'SQL' }).click()
    await page.getByRole('link', { name: 'licenses Licenses of each kind' }).click()
    await page.getByRole('region', { name: 'Rows of the result' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/some/prefix/sql/licenses')
    expect(page.problems).toEqual([])
    await page.close()
  })

  it('opens the search on a phone with its filters in a dialog', async () => {
    const page = await world.open('/search?kind=model', { viewport: { width: 390, height: 844 } })
    await page.getByRole('button', { name: 'Filters' }).click()
    const dialog = page.getByRole('dialog', { name: 'Filters' })
    await dialog.getByRole('checkbox', { name: /apache-2\.0/ }).check()
    expect(await overflowOf(page)).toBe(0)
    await dialog.getByRole('button', { name: 'Show results' }).click()
    await page.getByText('License: apache-2.0').waitFor()
    expect(page.problems).toEqual([])
    await page.close()
  })

  it('loads less than 120 kB of gzipped script at first', async () => {
    const document = await readFile(`${BUILT_PAGE}/index.html`, 'utf8')
    const scripts = [...document.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(([, path]) => path)
    const sizes = await Promise.all(scripts.map(async (path) => gzipSync(await readFile(`${BUILT_PAGE}/${path}`)).length))
    expect(sizes.length).toBeGreaterThan(0)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_FIRST_LOAD_BYTES)
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

async function settled(page: WatchedPage): Promise<void> {
  await page.waitForLoadState('networkidle')
  await expect.poll(() => page.locator('.skeleton').count()).toBe(0)
}

/** Rules that the view violates, each with the elements. */
async function violationsOf(page: WatchedPage): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  return await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: Axe }).axe.run(document)
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`,
    )
  })
}

interface Axe {
  run(context: unknown): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>
}
