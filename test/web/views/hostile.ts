import { expect, it } from 'vitest'
import type { PageWorld } from '../support/page-world.ts'

const PATHS = [
  '/search?q=hostilewords',
  '/search?q=hostilewords&view=table&columns=task,library,license,language,sdk,modality',
  `/search?q=${encodeURIComponent('<script>window.pwned=1</script>')}&filter=${encodeURIComponent('tag=<img src=x onerror=window.pwned=1>')}`,
  '/models/mallory/hostile-model',
  '/datasets/mallory/hostile-dataset',
  '/spaces/mallory/hostile-space',
  '/compare?repo=model:mallory/hostile-model&repo=dataset:mallory/hostile-dataset',
  `/sql?query=${encodeURIComponent("select tag, id from repo_tags where id like 'mallory/%' order by tag")}`,
  '/changes?author=mallory',
]

export function hostileSuite(world: PageWorld): void {
  it.each(PATHS)('stays text at %s', async (path) => {
    const page = await world.open(path)
    await page.waitForLoadState('networkidle')
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false)
    expect(
      await page.locator('main :is(script, iframe, object, embed, form[action], base, meta, style, link, img)').count(),
    ).toBe(0)
    expect(
      await page.locator('a[href^="javascript:" i], a[href^="data:" i], [style*="fixed"], [onclick], [onerror]').count(),
    ).toBe(0)
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    expect(page.problems).toEqual([])
    await page.close()
  })

  it('shows a README without its scripts, styles and images, and isolates its direction', async () => {
    const page = await world.open('/models/mallory/hostile-model')
    await page.getByText('overridden').waitFor()
    await page.getByRole('link', { name: '[image: a pixel]' }).waitFor()
    expect(await page.locator('.prose :is(h1, h2, [id], [class])').count()).toBe(0)
    expect(await page.locator('.prose').evaluate((element) => getComputedStyle(element).unicodeBidi)).toBe('isolate')
    await page.close()
  })
}
