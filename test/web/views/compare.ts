import { expect, it } from 'vitest'
import type { PageWorld } from '../support/page-world.ts'

export function compareSuite(world: PageWorld): void {
  it('compares repos chosen in the search and by name, and marks what differs', async () => {
    const page = await world.open('/search?q=acme&kind=model')
    await page.getByLabel('Compare acme/base-model').check()
    await page.getByRole('link', { name: 'Compare (1)' }).click()
    await page.getByRole('heading', { name: 'Choose another repo' }).waitFor()
    await page.getByRole('combobox', { name: 'Add a repo' }).fill('tuned-model')
    await page.getByRole('option', { name: /acme\/tuned-model/ }).waitFor()
    await page.keyboard.press('Enter')
    const table = page.getByRole('region', { name: 'Comparison' })
    await table.getByRole('row', { name: /License.*differs.*apache-2\.0.*mit/ }).waitFor()
    expect(new URL(page.url()).searchParams.getAll('repo')).toEqual(['model:acme/base-model', 'model:acme/tuned-model'])
    expect(await table.getByRole('rowheader', { name: 'Library' }).textContent()).not.toContain('differs')
    await page.goBack()
    await page.getByRole('heading', { name: 'Choose another repo' }).waitFor()
    expect(page.problems).toEqual([])
  })
}
