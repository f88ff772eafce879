import { expect, test } from 'vitest'
import { describeSettings } from '../../src/config/describe-settings.ts'
import { loadSettings } from '../../src/config/load-settings.ts'
import { settingsTable, TASK_NAMES } from '../../src/config/settings.ts'

const loaded = loadSettings({
  environment: { HF_TOKEN: 'hf_secret', DATABASE_URL: 'postgres://user:secret@host/db' },
  flags: { pageSize: '7' },
  platform: { dataDirectory: '/data' },
})

test('every setting is listed with its value and source', () => {
  const rows = describeSettings(loaded)
  expect(rows.map((row) => row.setting)).toEqual(settingsTable.map((setting) => setting.name))
  expect(rows).toContainEqual({ setting: 'pageSize', value: 7, source: 'flag --page-size' })
  expect(rows).toContainEqual({ setting: 'dataDir', value: '/data', source: 'default' })
  expect(rows).toContainEqual({ setting: 'tasks', value: TASK_NAMES.join(','), source: 'default' })
})

test('a secret is masked, but its source is shown', () => {
  const rows = describeSettings(loaded)
  expect(rows).toContainEqual({ setting: 'token', value: '********', source: 'environment HF_TOKEN' })
  expect(JSON.stringify(rows)).not.toContain('secret')
})
