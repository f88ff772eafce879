import { expect, test } from 'vitest'
import { settingsPage } from '../../src/config/settings-page.ts'

test('docs/settings.md is what the table of settings says (npx vitest run test/config -u writes it anew)', async () => {
  await expect(settingsPage()).toMatchFileSnapshot('../../docs/settings.md')
})
