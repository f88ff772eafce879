import { expect, test } from 'vitest'
import { settingsPage } from '../../src/config/settings-page.ts'

test('docs/settings.md matches the table of settings (npm run docs regenerates it)', async () => {
  await expect(settingsPage()).toMatchFileSnapshot('../../docs/settings.md')
})
