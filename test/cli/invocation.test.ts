import { expect, test } from 'vitest'
import { commandOn, invocationOf } from '../../src/cli/invocation.ts'
import { loadSettings } from '../../src/config/load-settings.ts'
import { hubdex } from '../support/processes/hubdex.ts'

test.each([
  [{}, 'hubdex'],
  [{ npm_lifecycle_event: 'demo', npm_package_name: 'hubdex' }, 'npm run hubdex --'],
  [{ npm_lifecycle_event: 'npx' }, 'npx hubdex'],
  [{ npm_lifecycle_event: 'crawl', npm_package_name: 'their-own' }, 'npx hubdex'],
])('with %j in the environment the invocation is %s', (environment, invocation) => {
  expect(invocationOf(environment)).toBe(invocation)
})

test('a printed command uses its folder, whatever its name and whatever servers are set', () => {
  const loaded = loadSettings({
    environment: { DATABASE_URL: 'postgres://localhost/db', MEILI_URL: 'http://localhost:7700' },
    platform: { dataDirectory: '/data' },
  })
  expect(commandOn("/it's here", { invocation: 'hubdex', loaded })('search llama')).toBe(
    "DATABASE_URL= MEILI_URL= hubdex search llama --data-dir '/it'\\''s here'",
  )
})

test('an error names commands that the user can run', async () => {
  const throughNpx = { npm_lifecycle_event: 'npx', HUBDEX_DATA_DIR: '/no/such/folder' }
  const { code, stderr } = await hubdex(['search', 'llama'], throughNpx)
  expect(code).toBe(1)
  expect(stderr).toContain('`npx hubdex crawl`')
})
