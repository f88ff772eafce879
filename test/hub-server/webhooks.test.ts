import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RepoNotFound } from '../../src/hub/errors.ts'
import { failureOf, startClient, startServer } from '../hub/test-server.ts'
import { json } from '../sample-hub/walk.ts'
import { freshHub } from '../support/hub/sample-hub.ts'

const hub = freshHub({ quota: 0, payloads: { models: [{ id: 'ada/m' }, { id: 'lab/m' }], datasets: [{ id: 'ada/m' }] } })

/** A receiver that answers with the current status, and what it got. */
async function receiver(status = { code: 200 }) {
  const received: { secret: unknown; payload: { event: object; repo: { name: string }; webhook: { id: string } } }[] = []
  const { url } = await startServer((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      received.push({ secret: request.headers['x-webhook-secret'], payload: JSON.parse(body) })
      response.writeHead(status.code).end()
    })
  })
  return { url, received, status }
}

const client = (token = 'hf_ada') => startClient(hub.url, { token }).webhooks

describe('a webhook', () => {
  test('posts what it watches, with its secret', async () => {
    const { url, received } = await receiver()
    const { id } = await client().create({
      url,
      secret: 's3cret',
      watched: [
        { type: 'model', name: 'ada/m' },
        { type: 'user', name: 'lab' },
      ],
    })
    hub.change.commit('model', 'ada/m')
    hub.change.commit('dataset', 'ada/m')
    hub.change.counters('model', 'lab/m', { likes: 3 })
    hub.change.move('model', 'lab/m', 'beta/m')
    hub.change.commit('model', 'beta/m')
    await hub.webhooks.settled()
    expect(received.map(({ secret, payload }) => [secret, payload.repo.name, payload.webhook.id, payload.event])).toEqual([
      ['s3cret', 'ada/m', id, { action: 'update', scope: 'repo.content' }],
      ['s3cret', 'lab/m', id, { action: 'move', scope: 'repo' }],
    ])
  })

  test('is silent while it is disabled, and when it is deleted', async () => {
    const { url, received } = await receiver()
    const webhooks = client()
    const { id, disabled } = await webhooks.create({ url, watched: [{ type: 'user', name: 'ada' }] })
    expect([disabled, (await webhooks.disable(id)).disabled]).toEqual([false, true])
    hub.change.commit('model', 'ada/m')
    expect((await webhooks.enable(id)).disabled).toBe(false)
    await webhooks.delete(id)
    hub.change.commit('model', 'ada/m')
    await hub.webhooks.settled()
    expect(received).toEqual([])
    expect(await failureOf(webhooks.get(id))).toBeInstanceOf(RepoNotFound)
    expect(await webhooks.list()).toEqual([])
  })

  test('that keeps failing is suspended; enabled, it posts and replays', async () => {
    const { url, received, status } = await receiver({ code: 500 })
    const webhooks = client()
    const { id } = await webhooks.create({ url, watched: [{ type: 'user', name: 'ada' }] })
    for (let times = 0; times < 5; times++) hub.change.commit('model', 'ada/m')
    await hub.webhooks.settled()
    expect((await webhooks.get(id)).disabled).toBe('suspended-after-failure')
    hub.change.commit('model', 'ada/m')
    await hub.webhooks.settled()
    expect(received).toHaveLength(5)
    status.code = 204
    await webhooks.enable(id)
    const [first] = hub.webhooks.deliveries(id)
    await webhooks.replay(id, first?.id ?? '')
    await hub.webhooks.settled()
    expect(received[5]).toEqual(received[0])
    expect(hub.webhooks.deliveries(id).map((one) => one.status)).toEqual([500, 500, 500, 500, 500, 204])
    expect(await failureOf(webhooks.replay(id, 'f'.repeat(24)))).toBeInstanceOf(RepoNotFound)
  })

  test('changes what is given only', async () => {
    const webhooks = client()
    const made = await webhooks.create({ url: 'http://a.example', watched: [{ type: 'user', name: 'ada' }], secret: 'x' })
    const { payload, ...changed } = await webhooks.update(made.id, { url: 'http://b.example', domains: ['repo'] })
    expect(changed).toEqual({
      id: made.id,
      url: 'http://b.example',
      watched: [{ type: 'user', name: 'ada' }],
      domains: ['repo'],
      secret: 'x',
      disabled: false,
    })
    expect((await webhooks.list()).map(({ id }) => id)).toEqual([made.id])
  })

  test("is its owner's alone", async () => {
    const { id } = await client().create({ url: 'http://a.example', watched: [{ type: 'user', name: 'ada' }] })
    expect(await failureOf(client('hf_bob').get(id))).toBeInstanceOf(RepoNotFound)
    expect(await client('hf_bob').list()).toEqual([])
    expect(await failureOf(client('').list())).toMatchObject({ status: 401 })
  })
})

function post(path: string, body: unknown) {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer hf_ada' }
  return fetch(`${hub.url}/api/settings/webhooks${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

test.each([
  [{ watched: [{ type: 'user', name: 'ada' }] }],
  [{ url: 'ftp://a.example', watched: [{ type: 'user', name: 'ada' }] }],
  [{ url: 'http://a.example', watched: [] }],
  [{ url: 'http://a.example', watched: [{ type: 'planet', name: 'ada' }] }],
  [{ url: 'http://a.example', watched: [{ type: 'user', name: 'ada' }], secret: 'ümlaut' }],
  [{ url: 'http://a.example', watched: [{ type: 'user', name: 'ada' }], domains: ['all'] }],
  [{ jobSourceId: 'x', watched: [{ type: 'user', name: 'ada' }] }],
])('no webhook is made from %j', async (body) => {
  const answer = await post('', body)
  expect([answer.status, await answer.json()]).toEqual([400, { error: expect.any(String) }])
})

test('any JSON as a body is answered, and never with a failure of the server', async () => {
  const { id } = (
    await json<{ webhook: { id: string } }>(
      await post('', { url: 'http://a.example', watched: [{ type: 'user', name: 'nobody' }] }),
    )
  ).webhook
  const body = fc.oneof(fc.jsonValue(), fc.record({ url: fc.webUrl(), watched: fc.array(fc.object()), secret: fc.string() }))
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('', `/${id}`, `/${id}/enable`, '/x', `/${id}/replay/x`), body, async (path, value) => {
      expect((await post(path, value)).status).toBeLessThan(500)
    }),
    { numRuns: 80 },
  )
})
