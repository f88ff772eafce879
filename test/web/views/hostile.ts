import { beforeAll, expect, it } from 'vitest'
import type { PageWorld } from '../support/page-world.ts'

/** No view comes twice in a row, whose old text might be taken for the new one. */
const PATHS = [
  '/search?q=hostilewords',
  '/models/mallory/hostile-model',
  '/search?q=hostilewords&view=table&columns=task,library,license,language,sdk,modality',
  '/datasets/mallory/hostile-dataset',
  `/search?q=${encodeURIComponent('<script>window.pwned=1</script>')}&filter=${encodeURIComponent('tag=<img src=x onerror=window.pwned=1>')}`,
  '/spaces/mallory/hostile-space',
  '/compare?repo=model:mallory/hostile-model&repo=dataset:mallory/hostile-dataset',
  `/sql?query=${encodeURIComponent("select tag, id from repo_tags where id like 'mallory/%' order by tag")}`,
  '/changes?author=mallory',
]

export function hostileSuite(world: PageWorld): void {
  beforeAll(() => world.open('/status'))

  it.each(PATHS)('stays text at %s', async (path) => {
    const page = await world.visit(path)
    await page
      .getByText(/mallory|pwned|hostile/)
      .filter({ visible: true })
      .first()
      .waitFor()
    await page.waitForFunction(() => document.querySelector('.skeleton, .is-stale') === null)
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false)
    expect(
      await page.locator('main :is(script, iframe, object, embed, form[action], base, meta, style, link, img)').count(),
    ).toBe(0)
    expect(
      await page.locator('a[href^="javascript:" i], a[href^="data:" i], [style*="fixed"], [onclick], [onerror]').count(),
    ).toBe(0)
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    expect(page.problems).toEqual([])
  })

  it('shows a README without its scripts, styles and images, and isolates its direction', async () => {
    const page = await world.open('/models/mallory/hostile-model')
    await page.getByText('overridden').waitFor()
    await page.getByRole('link', { name: '[image: a pixel]' }).waitFor()
    expect(await page.locator('.prose :is(h1, h2, [id], [class])').count()).toBe(0)
    expect(await page.locator('.prose').evaluate((element) => getComputedStyle(element).unicodeBidi)).toBe('isolate')
  })
}
