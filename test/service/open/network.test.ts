import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { networkOf } from '../../../src/service/open/network.ts'
import { startClient } from '../../hub/test-server.ts'
import type { TestTarget } from '../../support/catalog/embedded.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { AUTHORITY, GOOD, KEY } from '../../support/certificates.ts'
import { startProxy } from '../../support/forward-proxy.ts'
import { sharedHub } from '../../support/hub/sample-hub.ts'
import { environmentOf, hubdex } from '../../support/processes/hubdex.ts'

describe.each(anyCatalogTarget)('commands behind a proxy ($engine)', ({ create }) => {
  const hub = sharedHub({ repos: 40, seed: 3, quota: 0 })
  let catalog: TestTarget
  const crawl = (environment: Record<string, string>) =>
    hubdex(['crawl', 'spaces', '--stages', 'none', '--json'], {
      HUBDEX_RETRIES: '0',
      HF_ENDPOINT: 'http://hub.example',
      ...environmentOf(catalog),
      ...environment,
    })

  beforeAll(async () => {
    catalog = await create()
  })
  afterAll(async () => {
    await catalog.remove()
  })

  it.each([
    [{ http_proxy: 'URL', HTTP_PROXY: 'http://127.0.0.1:1' }],
    [{ HTTP_PROXY: 'URL', ALL_PROXY: 'socks5://127.0.0.1:1' }],
    [{ all_proxy: 'BARE' }],
  ])('crawl with %j', async (variables) => {
    const proxy = await startProxy({ target: hub.url })
    const environment = Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [
        name,
        value.replace('URL', proxy.url).replace('BARE', `127.0.0.1:${proxy.port}`),
      ]),
    )
    expect(await crawl(environment)).toMatchObject({ code: 0 })
    expect(proxy.asked[0]).toMatch(/^GET http:\/\/hub\.example\/api\//)
  })

  it.each<Record<string, string>>([
    { HTTPS_PROXY: 'http://me:topSecret@' },
    { https_proxy: 'ftp://me:topSecret@proxy.example' },
    { HTTP_PROXY: 'http://me:topSecret%zz@proxy.example' },
    { ALL_PROXY: 'http://me:topSecret@proxy.example:99999' },
    { HTTPS_PROXY: 'me:topSecret@proxy.example/path' },
  ])('reject an invalid proxy address without showing it: %j', async (environment) => {
    const { code, stdout, stderr } = await crawl(environment)
    expect(code).toBe(2)
    expect(stderr).toContain(`${Object.keys(environment)[0]} `)
    expect(stdout + stderr).not.toContain('topSecret')
  })

  it('name an unsupported proxy by its variable, without its password', async () => {
    const { code, stdout, stderr } = await crawl({ ALL_PROXY: 'socks5://me:topSecret@proxy.example:1080' })
    expect(code).toBe(1)
    expect(stdout + stderr).toContain('socks5://proxy.example:1080 (ALL_PROXY)')
    expect(stdout + stderr).not.toContain('topSecret')
  })
})

describe('SSL_CERT_FILE', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hubdex-test-certificates-'))
  const fileWith = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const settings = { httpsProxy: undefined, httpProxy: undefined, allProxy: undefined, noProxy: undefined }

  afterAll(() => rmSync(folder, { recursive: true }))

  it('adds to the trusted authorities', async () => {
    const server = createServer({ key: KEY, cert: GOOD }, (_, response) => response.end('{}'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const network = networkOf({ ...settings, certificateFile: fileWith('authority.pem', AUTHORITY) })
    const client = startClient(`https://localhost:${(server.address() as AddressInfo).port}`, { network, retries: 0 })
    expect((await client.repoDetail('model', 'a/b')).repo).toEqual({})
    await client.close()
    await new Promise((resolve) => server.close(resolve))
  })

  it.each([
    ['does not exist', join(folder, 'absent.pem')],
    ['is a folder', folder],
    ['holds no certificate', fileWith('empty.pem', 'nothing')],
  ])('is rejected if it %s', async (_, certificateFile) => {
    expect(() => networkOf({ ...settings, certificateFile })).toThrow(`SSL_CERT_FILE names ${certificateFile}`)
  })
})
