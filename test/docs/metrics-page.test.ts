import { expect, test } from 'vitest'
import { metricsPage } from '../../src/telemetry/metrics/metrics-page.ts'

test('docs/metrics.md is what the definitions of the metrics say (npm run docs writes it anew)', async () => {
  await expect(metricsPage()).toMatchFileSnapshot('../../docs/metrics.md')
})
