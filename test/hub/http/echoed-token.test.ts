import type { RequestListener } from 'node:http'
import { expect, test } from 'vitest'
import { allOf, failureOf, sendJson, startClient, startServer } from '../test-server.ts'

const TOKEN = 'hf_veryVery/Secret'

const escaped = `"${[...TOKEN].map((character) => `\\u00${character.charCodeAt(0).toString(16).toUpperCase()}`).join('')}"`

test.each([
  ['verbatim', JSON.stringify(`Bearer ${TOKEN}, é`)],
  ['with escapes', escaped],
  ['with an escaped slash', `"${TOKEN.replace('/', '\\/')}"`],
  ['in a URL', JSON.stringify(`https://a.example/?token=${encodeURIComponent(TOKEN)}`)],
])('A token that the Hub echoes %s is masked in every result', async (_, echo) => {
  const echoing =
    (json: string, status = 200): RequestListener =>
    (_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(json)
    }
  const answers = [
    echoing(`[{"id":"a/b","description":${echo},"cardData":{${echo}:[${echo}]}}]`),
    echoing(`{"id":"a/b","tags":["\\u00e9",${echo}]}`),
    echoing(`{"license":[{"id":${echo}}]}`),
    echoing(`{${echo}:{"train":[${echo}]}}`),
    echoing(`{"error":${echo}}`, 403),
    echoing(`{"id":"1","name":${echo},"url":${echo}}`),
  ]
  const server = await startServer((request, response) => answers[server.requests.length - 1]?.(request, response))
  const hub = startClient(server.url, { token: TOKEN, retries: 0 })
  const got = [
    await allOf(hub.listPages('model', {})),
    await hub.repoDetail('model', 'a/b'),
    await hub.tagsByType('model'),
    await hub.parquetListing('a/b'),
    String(await failureOf(hub.repoDetail('model', 'a/b'))),
    await hub.createRepo('model', { id: 'a/b' }),
  ]
  expect(JSON.stringify(got)).not.toMatch(/veryVery/)
  expect(JSON.stringify(got[0])).toContain('[token]')
  expect(got[1]).toMatchObject({ repo: { tags: ['é', expect.stringContaining('[token]')] } })
})

test('A token in a file is masked, and every other byte stays in place', async () => {
  const text = `# Card\n${TOKEN} and ${encodeURIComponent(TOKEN)}\nend`
  const server = await startServer((_, response) => response.end(text))
  const { bytes } = await startClient(server.url, { token: TOKEN }).repoFile('model', 'a/b', 'f', { maxBytes: 1000 })
  expect(String(bytes)).not.toContain('veryVery')
  expect(bytes).toHaveLength(text.length)
  expect(String(bytes)).toMatch(/^# Card\n\[token\]\*+ and \[token\]\*+\nend$/)
})

test('Answers without the token are unchanged, including escapes', async () => {
  const repo = { id: 'a/b', text: 'back\\slash "quoted" \u0001 é \u{1f917} \\u0041', html: '<b>' }
  const json = JSON.stringify(repo).replace('<b>', '\\u003cb\\u003e')
  const server = await startServer((_, response) => response.end(json))
  expect((await startClient(server.url, { token: TOKEN }).repoDetail('model', 'a/b')).repo).toEqual(repo)
})

test('A short word that is the token of a test server is not masked', async () => {
  const server = await startServer((_, response) => sendJson(response, { id: 'a/hf_any' }))
  const { repo } = await startClient(server.url, { token: 'hf_any' }).repoDetail('model', 'a/hf_any')
  expect(repo).toEqual({ id: 'a/hf_any' })
})
