import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { describeSettings } from '../../../src/config/describe-settings.ts'
import { loadSettings } from '../../../src/config/load-settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'hubdex-test-token-'))
const platform = { dataDirectory: '/data' }
const load = (environment: Record<string, string>) => loadSettings({ environment, platform })
const tokenRow = (environment: Record<string, string>) =>
  describeSettings(load(environment)).find(({ setting }) => setting === 'token')

function tokenAt(...path: string[]): string {
  const file = join(folder, ...path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, 'hf_of_the_tools\n')
  return file
}

afterAll(() => rmSync(folder, { recursive: true }))

describe("the former token variable of the Hub's tools", () => {
  test('is used when HF_TOKEN is not set, and is named as the source', () => {
    const { values, sources } = load({ HUGGING_FACE_HUB_TOKEN: 'hf_former' })
    expect(values.token).toBe('hf_former')
    expect(sources.token).toEqual({ from: 'environment', name: 'HUGGING_FACE_HUB_TOKEN' })
  })

  test('yields to HF_TOKEN and to HF_TOKEN_FILE', () => {
    const former = { HUGGING_FACE_HUB_TOKEN: 'hf_former' }
    expect(load({ ...former, HF_TOKEN: 'hf_own' }).values.token).toBe('hf_own')
    expect(load({ ...former, HF_TOKEN_FILE: tokenAt('own') }).values.token).toBe('hf_of_the_tools')
    expect(load({ ...former, HF_TOKEN: '' }).values.token).toBe('hf_former')
  })

  test('is refused by its own name, without its value', () => {
    expect(() => load({ HUGGING_FACE_HUB_TOKEN: 'hf_with a blank' })).toThrow(/^HUGGING_FACE_HUB_TOKEN (?!.*hf_with)/)
  })
})

describe("the token file of the Hub's tools", () => {
  const home = join(folder, 'home')
  const ofHome = tokenAt('home', '.cache', 'huggingface', 'token')

  test.each([
    ['in the home', { HOME: home }, ofHome],
    ['in the cache', { HOME: home, XDG_CACHE_HOME: join(folder, 'cache') }, tokenAt('cache', 'huggingface', 'token')],
    ['in HF_HOME', { HOME: home, HF_HOME: join(folder, 'hf') }, tokenAt('hf', 'token')],
    ['in HF_HOME below the home', { HOME: home, HF_HOME: '~/hf' }, tokenAt('home', 'hf', 'token')],
    ['at HF_TOKEN_PATH', { HOME: home, HF_HOME: '/x', HF_TOKEN_PATH: tokenAt('mine') }, join(folder, 'mine')],
  ])('is named %s, and not read', (_, environment, path) => {
    expect(load(environment).values.token).toBeUndefined()
    expect(tokenRow(environment)).toEqual({
      setting: 'token',
      value: null,
      source: `default; HF_TOKEN_FILE=${path} would use the token there`,
    })
  })

  test.each([
    ['there is a token', { HOME: home, HF_TOKEN: 'hf_own' }],
    ['the endpoint is another Hub', { HOME: home, HF_ENDPOINT: 'https://hub.example.com' }],
    ['implicit tokens are disabled', { HOME: home, HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' }],
    ['there is no such file', { HOME: join(folder, 'nobody') }],
    ['no variable says where it would be', {}],
  ])('is not named where %s', (_, environment) => {
    expect(load(environment).unusedTokenFile).toBeUndefined()
  })
})
