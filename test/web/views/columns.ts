import { expect, it } from 'vitest'
import type { PageWorld } from '../support/page-world.ts'

export function columnsSuite(world: PageWorld): void {
  it('finds datasets by columns and their types, by keyboard, and keeps both in the address', async () => {
    const answer = await (await fetch(`${world.url}/api/v1/repos/dataset/acme/known-questions/columns`)).json()
    const [name, other] = (answer as Columns).schemas[0]?.columns.map(({ path }) => path) ?? []
    const page = await world.open('/columns')
    await page.getByLabel('Name of column 1').focus()
    await page.keyboard.type(name ?? '')
    await page.getByRole('button', { name: 'Another column' }).focus()
    await page.keyboard.press('Enter')
    await page.getByLabel('Name of column 2').fill(other ?? '')
    const datasets = page.getByRole('region', { name: 'Datasets' })
    await datasets.getByRole('link', { name: 'acme/known-questions' }).waitFor()
    expect(new URL(page.url()).searchParams.getAll('name')).toEqual([name, other])
    await page.reload()
    await datasets.getByRole('link', { name: 'acme/known-questions' }).waitFor()
    await page.getByLabel('Type of column 1').selectOption('boolean')
    await page.getByLabel('Type of column 1').selectOption('')
    await datasets.getByRole('link', { name: 'acme/known-questions' }).waitFor()
    expect(page.problems).toEqual([])
  })

  it('says that no dataset has them', async () => {
    const page = await world.open('/columns?name=no_such_column_at_all')
    await page.getByRole('heading', { name: 'No dataset has these columns' }).waitFor()
  })
}

interface Columns {
  schemas: { columns: { path: string }[] }[]
}
