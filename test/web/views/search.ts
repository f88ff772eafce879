import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import type { PageWorld } from '../support/page-world.ts'

export function searchSuite(world: PageWorld): void {
  it('finds repos as one types, keeps the words in the address, and opens a hit by keyboard', async () => {
    const page = await world.open('/')
    await page.getByRole('article').first().waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('base-model')
    await page.getByRole('link', { name: 'acme/base-model' }).first().waitFor()
    await expect.poll(() => new URL(page.url()).search).toBe('?q=base-model')
    await expect.poll(() => page.title()).toBe('base-model · hubdex')
    // The words of one search are one entry of the history.
    await page.goBack()
    await expect.poll(() => page.getByLabel('Search the catalog').inputValue()).toBe('')
    await page.goForward()
    await page.getByRole('link', { name: 'acme/base-model' }).first().focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'acme/base-model' }).waitFor()
    expect(page.problems).toEqual([])
  })

  it('picks a suggestion by keyboard', async ({ skip }) => {
    const { status } = await fetch(`${world.url}/api/v1/suggest?prefix=a`)
    if (status === 404) skip('This server does not suggest.')
    const page = await world.open('/search')
    await page.getByLabel('Search the catalog').pressSequentially('acme/known-q')
    const options = page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option')
    // Suggestions for less text may come first.
    await expect.poll(() => options.allTextContents()).toEqual(['repo acme/known-questions'])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'acme/known-questions' }).waitFor()
    expect(page.problems).toEqual([])
  })

  it('narrows by kind, facets and a range with the mouse, shows chips, and the back button takes back each', async () => {
    const page = await world.open('/search')
    await page.getByRole('link', { name: /^Models/ }).click()
    const filters = page.getByRole('complementary', { name: 'Filters' })
    await filters.getByRole('checkbox', { name: /apache-2\.0/ }).check()
    await page.getByRole('list', { name: 'Active filters' }).getByText('apache-2.0').waitFor()
    await filters.getByRole('textbox', { name: 'Parameters, from' }).fill('5B')
    await page.keyboard.press('Enter')
    await page.getByText('Parameters: 5B or more').waitFor()
    const parameters = new URL(page.url()).searchParams
    expect([parameters.get('kind'), parameters.getAll('filter')]).toEqual(['model', ['license=apache-2.0', 'parameters=5B..']])
    await page.getByRole('link', { name: 'acme/base-model' }).first().waitFor()
    await page.goBack()
    await expect.poll(() => page.getByText('Parameters: 5B or more').count()).toBe(0)
    await page.getByRole('button', { name: 'Remove the filter License: apache-2.0' }).click()
    await expect.poll(() => page.getByRole('list', { name: 'Active filters' }).count()).toBe(0)
    expect(page.problems).toEqual([])
  })

  it('searches within a long facet', async () => {
    const page = await world.open('/search?kind=model')
    const filters = page.getByRole('complementary', { name: 'Filters' })
    await filters.locator('summary', { hasText: 'Owner' }).click()
    await filters.getByRole('button', { name: 'More values of Owner' }).click()
    await filters.getByLabel('Search values of Owner').fill('acm')
    await filters.getByRole('checkbox', { name: /acme/ }).check()
    await expect.poll(() => new URL(page.url()).searchParams.get('filter')).toBe('author=acme')
    expect(page.problems).toEqual([])
  })

  it('shows a table with chosen columns, and keeps them in the address', async () => {
    const page = await world.open('/search?q=acme&filter=tag%3Dtext-generation')
    // A chosen value has its count although others are more frequent.
    await page
      .getByRole('list', { name: 'Tag' })
      .getByRole('checkbox', { name: /^text-generation\s*1$/ })
      .waitFor()
    await page.getByRole('button', { name: 'As a table' }).click()
    await page.locator('summary[aria-label="Columns"]').click()
    await page.getByRole('checkbox', { name: 'Library' }).check()
    await page.getByRole('columnheader', { name: 'Library' }).waitFor()
    const address = page.url()
    expect(new URL(address).searchParams.get('columns')).toBe('task,library,license,parameters,downloads,likes,modified')
    await page.goto(address)
    await page.getByRole('columnheader', { name: 'Library' }).waitFor()
    await page.getByRole('row').filter({ hasText: 'acme/base-model' }).getByText('transformers').waitFor()
    expect(page.problems).toEqual([])
  })

  it('exports CSV, a command and SQL, and links a feed', async () => {
    const page = await world.open('/search?q=tuned&kind=model&filter=license%3Dmit&filter=created%3D2020..2099')
    await page.getByRole('link', { name: 'acme/tuned-model' }).first().waitFor()
    await page.getByText('Export').click()
    const downloading = page.waitForEvent('download')
    await page.getByRole('link', { name: 'CSV' }).click()
    expect(await readFile(await (await downloading).path(), 'utf8')).toContain('acme/tuned-model')
    await page.getByText('Export').click()
    const feed = await page.getByRole('link', { name: 'Feed (Atom)' }).getAttribute('href')
    expect((await page.request.get(new URL(feed ?? '', page.url()).href)).headers()['content-type']).toContain(
      'application/atom+xml',
    )
    await page.getByRole('button', { name: 'Command and SQL' }).click()
    await page.getByText('hubdex search --kind model --filter license=mit --filter created=2020..2099 tuned').waitFor()
    await page.getByRole('link', { name: 'Open in the editor' }).click()
    await page.getByRole('region', { name: 'Rows of the result' }).getByText('acme/tuned-model').waitFor()
    expect(page.problems).toEqual([])
  })

  it('says why nothing is found, and what may help', async () => {
    const page = await world.open('/search?q=zzqqxxyy&filter=license%3Dmit')
    await page.getByRole('heading', { name: 'No repo matches' }).waitFor()
    await page.getByRole('link', { name: 'Remove all filters' }).click()
    await expect.poll(() => new URL(page.url()).search).toBe('?q=zzqqxxyy')
  })

  it('says that the server is unreachable, and tries again', async () => {
    const page = await world.open('/search?q=acme')
    await page.getByRole('link', { name: 'acme/base-model' }).first().waitFor()
    await page.route('**/api/v1/**', (route) => route.abort())
    await page.getByLabel('Search the catalog').fill('tuned')
    await page.getByRole('heading', { name: 'The server cannot be reached' }).waitFor()
    await page.unroute('**/api/v1/**')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('link', { name: 'acme/tuned-model' }).first().waitFor()
  })

  it('answers without script with a plain list', async () => {
    const page = await world.open('/search?q=acme', { javaScriptEnabled: false })
    await page.getByRole('link', { name: 'acme/base-model' }).waitFor()
    await page.getByLabel('Search the catalog').fill('tuned')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('link', { name: 'acme/tuned-model' }).waitFor()
    expect(new URL(page.url()).search).toBe('?q=tuned')
  })
}
