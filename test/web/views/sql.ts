import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import type { PageWorld } from '../support/page-world.ts'

export function sqlSuite(world: PageWorld): void {
  it('runs a named query by mouse, sorts its rows, and draws them', async () => {
    const page = await world.open('/sql')
    await page.getByRole('link', { name: 'licenses Licenses of each kind' }).click()
    const rows = page.getByRole('region', { name: 'Rows of the result' })
    await rows.getByRole('cell', { name: 'apache-2.0', exact: true }).first().waitFor()
    expect(new URL(page.url()).pathname).toMatch(/\/sql\/licenses$/)
    await rows.getByRole('button', { name: 'repos' }).click()
    await rows.getByRole('button', { name: 'repos' }).click()
    const counts = await rows.locator('tbody tr td:nth-child(3)').allTextContents()
    const numbers = counts.map((text) => Number(text.replaceAll(',', '')))
    expect(numbers).toEqual(numbers.toSorted((left, right) => left - right))
    await page.getByRole('button', { name: 'Chart' }).click()
    await page.getByRole('figure').getByText('model · apache-2.0').waitFor()
    expect(page.problems).toEqual([])
    await page.close()
  })

  it('completes views and columns, runs with Ctrl+Enter, and keeps the query in a link', async () => {
    const page = await world.open('/sql')
    const editor = page.getByRole('textbox', { name: 'SQL query' })
    await page.locator('.cm-content').waitFor()
    await editor.click()
    await page.keyboard.press('Control+a')
    await page.keyboard.type('select id from mod')
    await page.getByRole('option', { name: /^models/ }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.type("els where id = 'acme/base-model'")
    await page.keyboard.press('Control+Enter')
    const rows = page.getByRole('region', { name: 'Rows of the result' })
    await rows.getByText('acme/base-model').waitFor()
    await page.getByRole('button', { name: 'Link' }).click()
    const address = page.url()
    expect(new URL(address).searchParams.get('query')).toBe("select id from models where id = 'acme/base-model'")
    await page.goto(address)
    await rows.getByText('acme/base-model').waitFor()
    expect(page.problems).toEqual([])
    await page.close()
  })

  it('cancels a query, and says where another is wrong', async () => {
    const page = await world.open(`/sql?query=${encodeURIComponent('select count(*) from generate_series(1, 100000000000)')}`)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('The query was canceled.').waitFor()
    await page.locator('.cm-content').fill('select nothing_like_it from models')
    await page.getByRole('button', { name: 'Run' }).click()
    await page.getByRole('alert').getByText('nothing_like_it').waitFor()
    await page.close()
  })

  it('exports the rows of a query as CSV', async () => {
    const page = await world.open('/sql/licenses')
    await page.getByRole('region', { name: 'Rows of the result' }).waitFor()
    await page.getByText('Export').click()
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: 'CSV' }).click()
    expect(await readFile(await (await downloading).path(), 'utf8')).toMatch(/^kind,license,repos,downloads/)
    expect(page.problems).toEqual([])
    await page.close()
  })
}
