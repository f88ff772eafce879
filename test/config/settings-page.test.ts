import { expect, test } from 'vitest'
import { settingsPage } from '../../src/config/settings-page.ts'

test('docs/settings.md is what the table of settings says (npm run docs writes it anew)', async () => {
  await expect(settingsPage()).toMatchFileSnapshot('../../docs/settings.md')
})
