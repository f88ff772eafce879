import { expect, it } from 'vitest'
import type { PageWorld } from '../support/page-world.ts'

export function statusSuite(world: PageWorld): void {
  it('shows freshness, coverage, passes and schedule, live', async () => {
    const page = await world.open('/status')
    await page
      .getByRole('region', { name: 'Freshness by kind' })
      .getByRole('row', { name: /^Model/ })
      .waitFor()
    await page.getByRole('progressbar', { name: 'Coverage of details' }).waitFor()
    await page.getByRole('region', { name: 'Latest passes' }).getByRole('cell', { name: 'complete' }).first().waitFor()
    await page.getByRole('region', { name: 'Scheduled jobs' }).getByText('off').first().waitFor()
    await page.getByText('Live', { exact: false }).first().waitFor()
    expect(page.problems).toEqual([])
    await page.close()
  })
}
