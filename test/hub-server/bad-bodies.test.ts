import { connect } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { json } from '../sample-hub/walk.ts'
import { sharedHub } from '../support/hub/sample-hub.ts'

const hub = sharedHub({ quota: 0, payloads: { models: [{ id: 'ada/m' }] } })
const COLLECTION = '/api/collections/ada/list-64f9a55bb3115b4f513ec026'

const ROUTES = [
  ['POST', '/api/repos/create'],
  ['DELETE', '/api/repos/delete'],
  ['POST', '/api/repos/move'],
  ['PUT', '/api/models/ada/m/settings'],
  ['PUT', '/api/repos/model/ada/m/settings'],
  ['POST', '/api/models/ada/m/duplicate'],
  ['POST', '/api/collections'],
  ['PATCH', COLLECTION],
  ['POST', `${COLLECTION}/items`],
  ['POST', `${COLLECTION}/items/batch`],
  ['POST', '/api/settings/webhooks'],
] as const

function send(method: string, path: string, body: string | null) {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer hf_ada' }
  return fetch(hub.url + path, { method, headers, body })
}

test.each(ROUTES)('%s %s refuses what is not JSON, nothing at all, another type, and 20 MB', async (method, path) => {
  const statuses: number[] = []
  for (const body of ['{"name":', 'name=x', '\0', null, '"text"', 'null']) {
    const answer = await send(method, path, body)
    statuses.push(answer.status)
    expect(await json<{ error: string }>(answer)).toEqual({ error: expect.any(String) })
  }
  const isGone = path.startsWith(COLLECTION)
  expect(statuses).toEqual([400, 400, 400, ...Array(3).fill(isGone ? 404 : 400)])
  expect((await send(method, path, JSON.stringify({ name: 'x'.repeat(20_000_000) }))).status).toBe(413)
})

test('a body that is cut off changes nothing, and the Hub goes on', async () => {
  const { hostname, port } = new URL(hub.url)
  const body = JSON.stringify({ name: 'ada/cut' })
  const socket = connect(Number(port), hostname)
  const head = `POST /api/repos/create HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer hf_ada\r\ncontent-type: application/json\r\n`
  socket.write(`${head}content-length: ${body.length + 10}\r\n\r\n${body}`)
  await new Promise<void>((resolve) => socket.end(resolve))
  socket.destroy()
  expect((await fetch(`${hub.url}/api/models/ada/m`)).status).toBe(200)
  expect((await fetch(`${hub.url}/api/models/ada/cut`)).status).toBe(401)
})

test('a DELETE may name JSON as its type without a body', async () => {
  expect((await send('POST', '/api/models/ada/m/like', null)).status).toBe(200)
  expect(await json(await fetch(`${hub.url}/api/models/ada/m`))).toMatchObject({ likes: 1 })
  expect((await send('DELETE', '/api/models/ada/m/like', null)).status).toBe(200)
  expect(await json(await fetch(`${hub.url}/api/models/ada/m`))).toMatchObject({ likes: 0 })
})

test('any JSON as a body of a repo route is answered, and never with a failure of the server', async () => {
  const id = fc.oneof(fc.string(), fc.constantFrom('ada/m', 'ada/new', 'bob/m', 'ada/../m', 'ada'))
  const body = fc.record(
    {
      name: id,
      organization: fc.oneof(fc.string(), fc.constant('ada'), fc.constant(null)),
      type: fc.constantFrom('model', 'dataset', 'space', 'kernel', 7),
      sdk: fc.constantFrom('static', 'none'),
      private: fc.oneof(fc.boolean(), fc.string()),
      visibility: fc.constantFrom('public', 'protected', 'hidden'),
      gated: fc.constantFrom(false, true, 'auto', 'x'),
      files: fc.oneof(fc.jsonValue(), fc.array(fc.record({ path: fc.string(), content: fc.string() }))),
      fromRepo: id,
      toRepo: id,
      repository: id,
    },
    { requiredKeys: [] },
  )
  const routes = fc.constantFrom(...ROUTES.filter(([, path]) => path.includes('/repos/') || path.includes('/models/')))
  await fc.assert(
    fc.asyncProperty(routes, fc.oneof(body, fc.jsonValue()), async ([method, path], value) => {
      expect((await send(method, path, JSON.stringify(value))).status).toBeLessThan(500)
    }),
    { numRuns: 200 },
  )
  expect((await fetch(`${hub.url}/api/models?limit=5`)).status).toBe(200)
})
