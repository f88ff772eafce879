import { expect, it } from 'vitest'
import type { PageWorld } from '../support/page-world.ts'

export function repoSuite(world: PageWorld): void {
  it('shows a model: license, size, README, files, and its lineage with the changed license', async () => {
    const page = await world.open('/models/acme/base-model')
    await page.getByRole('heading', { level: 1, name: 'acme/base-model' }).waitFor()
    const facts = page.getByRole('region', { name: 'Key facts' })
    expect(await facts.textContent()).toMatch(/License.*apache-2\.0.*Parameters.*7B.*Downloads.*5B/s)
    await page.getByText('It is the base of others.').waitFor()
    expect(await page.getByRole('link', { name: 'Docs' }).getAttribute('href')).toMatch(
      /acme\/base-model\/blob\/main\/docs\/use\.md$/,
    )
    await page.getByRole('button', { name: /^weights/ }).click()
    await page.getByRole('link', { name: 'model.safetensors' }).waitFor()
    await page.getByText('1 step in this picture changed the license').waitFor()
    await page
      .getByRole('region', { name: 'Picture of the lineage' })
      .getByRole('link', { name: /tuned-model/ })
      .click()
    await page.getByRole('heading', { level: 1, name: 'acme/tuned-model' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'acme/base-model' }).waitFor()
    expect(page.problems).toEqual([])
  })

  it('shows the columns of a dataset, and finds others with the same one', async () => {
    const page = await world.open('/datasets/acme/known-questions')
    const columns = page.getByRole('region', { name: 'Columns' })
    const first = columns.getByRole('link').first()
    const name = await first.textContent()
    await first.click()
    await page.getByRole('region', { name: 'Datasets' }).getByRole('link').first().waitFor()
    expect(new URL(page.url()).searchParams.get('name')).toBe(name)
    expect(page.problems).toEqual([])
  })

  it('shows what a Space uses, and its raw payload by keyboard', async () => {
    const page = await world.open('/spaces/acme/known-demo')
    await page.getByRole('link', { name: 'acme/known-questions' }).first().waitFor()
    await page.locator('summary', { hasText: 'Raw payload' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('"sdk": "gradio"').waitFor()
    expect(page.problems).toEqual([])
  })

  it('says that a repo is unknown', async () => {
    const page = await world.open('/models/nobody/nothing')
    await page.getByRole('heading', { level: 1, name: 'This repo is not in the catalog' }).waitFor()
  })
}
