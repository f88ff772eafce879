import { expect, test } from 'vitest'
import { loadSettings } from '../../../src/config/load-settings.ts'
import { nameUnusedToken } from '../../../src/service/open/hub.ts'

test('a crawl without a token names the file that holds one, unless it crawls another Hub than the configured one', () => {
  const loaded = { ...loadSettings({ environment: {}, platform: { dataDirectory: '/data' } }), unusedTokenFile: '/t' }
  const logged: string[] = []
  const log = (text: string) => logged.push(text)
  nameUnusedToken({ loaded, settings: loaded.values, log })
  expect(logged).toEqual([expect.stringMatching(/HF_TOKEN_FILE=\/t$/)])
  nameUnusedToken({ loaded, settings: { ...loaded.values, endpoint: 'http://127.0.0.1:1' }, log })
  nameUnusedToken({ loaded: { ...loaded, unusedTokenFile: undefined }, settings: loaded.values, log })
  expect(logged).toHaveLength(1)
})
