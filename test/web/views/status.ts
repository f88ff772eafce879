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
  })

  it('says that the catalog is unavailable, and shows it again without a reload', async () => {
    const page = await world.open('/columns')
    const body = JSON.stringify({ code: 'catalog-unavailable', detail: 'The database of the catalog is unavailable.' })
    await page.route('**/api/v1/**', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body }))
    await page.getByRole('link', { name: 'Status' }).click()
    await page.getByRole('heading', { name: 'The catalog is unavailable' }).waitFor()
    await page.getByRole('status').filter({ hasText: 'database of the catalog' }).waitFor()
    await page.unroute('**/api/v1/**')
    await page.getByRole('region', { name: 'Freshness by kind' }).waitFor()
    await page.getByText('Live ·').waitFor()
    await expect.poll(() => page.getByRole('status').filter({ hasText: 'database of the catalog' }).count()).toBe(0)
  })

  it('retries failures of a cause after a confirmation', async () => {
    const page = await world.open('/status')
    const failures = [{ cause: 'timeout', failures: 3 }]
    const group = {
      task: 'card',
      cause: 'timeout',
      failures: 3,
      attempts: 4,
      status: null,
      example: 'a/b',
      answer: 'Too late.',
    }
    const times = { firstFailedAt: '2026-01-01T00:00:00Z', failedAt: '2026-01-01T00:00:00Z', retryAt: '2026-01-01T00:00:00Z' }
    await page.route('**/api/v1/status/stream', (route) => route.abort())
    await page.route('**/api/v1/failures', (route) => route.fulfill({ json: { failures: [{ ...group, ...times }] } }))
    await page.route('**/api/v1/status', async (route) => {
      const answer = await route.fetch()
      await route.fulfill({ response: answer, json: { ...(await answer.json()), failures } })
    })
    await page.reload()
    await page.getByRole('button', { name: 'Retry card: timeout' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('3 tasks become due now').waitFor()
    await dialog.getByRole('button', { name: 'Retry 3 tasks' }).click()
    await page.getByText('0 tasks are due now.').waitFor()
  })
}
