import { expect, it } from 'vitest'
import type { PageWorld } from '../support/page-world.ts'

export function changesSuite(world: PageWorld): void {
  it('shows what changed, filters it, and links the same as a feed', async () => {
    const page = await world.open('/changes')
    await page.getByText('Appeared in the catalog').first().waitFor()
    await page.getByRole('button', { name: 'New repos' }).click()
    await expect.poll(() => new URL(page.url()).search).toBe('?type=appeared')
    await page.getByLabel('Follow an owner or a repo').fill('acme')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'No longer follow acme' }).waitFor()
    await page.getByText('Feed of this list').click()
    const feed = await page.getByRole('link', { name: 'Atom' }).getAttribute('href')
    expect(feed).toContain('/feeds/events.atom?type=appeared&author=acme')
    expect((await page.request.get(new URL(feed ?? '', page.url()).href)).ok()).toBe(true)
    await page.goBack()
    await expect.poll(() => page.getByRole('button', { name: 'No longer follow acme' }).count()).toBe(0)
    expect(page.problems).toEqual([])
  })

  it('says that nothing fits', async () => {
    const page = await world.open('/changes?author=nobody-at-all')
    await page.getByRole('heading', { name: 'Nothing changed' }).waitFor()
  })
}
