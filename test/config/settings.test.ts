import { describe, expect, test } from 'vitest'
import { settingsTable } from '../../src/config/settings.ts'

const platform = { dataDirectory: '/data' }

describe.each(settingsTable.map((setting) => [setting.name, setting] as const))('%s', (name, setting) => {
  test('has a default that its own type accepts', () => {
    const value = typeof setting.default === 'function' ? setting.default(platform) : setting.default
    if (value === undefined) expect(setting.defaultText).toBeDefined()
    else expect(setting.type.read(value)).toEqual(value)
  })

  test('has a flag that commander turns into its name', () => {
    if (setting.flag === undefined) return
    const words = setting.flag.split(' ', 1)[0]?.slice(2) ?? ''
    expect(words.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())).toBe(name)
  })

  test('has no flag if it is a secret', () => {
    expect(setting.secret && setting.flag).toBeFalsy()
  })
})

test('no two settings share a variable', () => {
  expect(new Set(settingsTable.map((setting) => setting.env)).size).toBe(settingsTable.length)
})
