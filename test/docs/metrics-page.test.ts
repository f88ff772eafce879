import { expect, test } from 'vitest'
import { metricsPage } from '../../src/telemetry/metrics/metrics-page.ts'

test('docs/metrics.md matches the definitions of the metrics (npm run docs regenerates it)', async () => {
  await expect(metricsPage()).toMatchFileSnapshot('../../docs/metrics.md')
})
