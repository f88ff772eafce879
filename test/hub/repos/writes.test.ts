import { describe, expect, onTestFinished, test } from 'vitest'
import { NotAuthorized, OutcomeUnknown, Refused, RepoNotFound, RetryLater } from '../../../src/hub/errors.ts'
import { createFault } from '../../../src/sample-hub/faults/fault.ts'
import type { SampleHubOptions } from '../../../src/sample-hub/options.ts'
import type { People } from '../../../src/sample-hub/people/people.ts'
import { createSampleHub, type SampleHub } from '../../../src/sample-hub/sample-hub.ts'
import { failureOf, sendJson, startClient, startServer } from '../test-server.ts'

const PAYLOADS = { models: [{ id: 'acme/there' }], spaces: [{ id: 'acme/app', sdk: 'static' }] }
const token = 'hf_acme_secret'
const PEOPLE: People = { users: [{ name: 'acme', orgs: { beta: 'write' }, tokens: [{ token }] }] }

async function startSample(options: SampleHubOptions = {}): Promise<SampleHub> {
  const sample = await createSampleHub({ payloads: PAYLOADS, people: PEOPLE, ...options })
  onTestFinished(() => sample.close())
  return sample
}

describe('a client with a token', () => {
  test('creates a repo and returns its _id', async () => {
    const sample = await startSample()
    const hub = startClient(sample.url, { token })
    const made = await hub.createRepo('dataset', { id: 'acme/rows', visibility: 'private', license: 'mit' })
    expect(made).toEqual({
      hubId: expect.stringMatching(/^[0-9a-f]{24}$/),
      id: 'acme/rows',
      url: `${sample.url}/datasets/acme/rows`,
    })
    const { repo } = await hub.repoDetail('dataset', 'acme/rows')
    expect(repo).toMatchObject({ _id: made.hubId, private: true, tags: ['license:mit', 'region:us'] })
    expect((await hub.createRepo('space', { id: 'acme/tool', sdk: 'docker' })).id).toBe('acme/tool')
  })

  test('cannot create a repo with a taken name', async () => {
    const hub = startClient((await startSample()).url, { token })
    const failure = await failureOf(hub.createRepo('model', { id: 'acme/there' }))
    expect(failure).toBeInstanceOf(Refused)
    expect(failure).toMatchObject({ status: 409, message: expect.stringContaining('POST http') })
  })

  test('moves, gates and deletes a repo', async () => {
    const hub = startClient((await startSample()).url, { token })
    await hub.moveRepo('model', 'acme/there', 'beta/here')
    await hub.updateRepoSettings('model', 'beta/here', { gated: 'manual', visibility: 'private' })
    const { repo, moved } = await hub.repoDetail('model', 'acme/there')
    expect(moved).toEqual({ from: 'acme/there', to: 'beta/here' })
    expect(repo).toMatchObject({ gated: 'manual', private: true })
    await hub.deleteRepo('model', 'beta/here')
    expect(await failureOf(hub.deleteRepo('model', 'beta/here'))).toBeInstanceOf(RepoNotFound)
    expect(await failureOf(hub.updateRepoSettings('model', 'beta/here', { gated: false }))).toBeInstanceOf(RepoNotFound)
  })

  test('sends nothing for an invalid id', async () => {
    const server = await startServer((_request, response) => sendJson(response, {}))
    const hub = startClient(server.url, { token })
    for (const id of ['a/b/c', '..', 'a/..', '']) {
      expect(await failureOf(hub.deleteRepo('model', id))).toBeInstanceOf(Refused)
      expect(await failureOf(hub.moveRepo('model', 'a/b', id))).toBeInstanceOf(Refused)
    }
    expect(server.requests).toHaveLength(0)
  })
})

test('Without a token every change fails and requires one', async () => {
  const hub = startClient((await startSample()).url)
  for (const change of [
    hub.createRepo('model', { id: 'acme/x' }),
    hub.deleteRepo('model', 'acme/there'),
    hub.moveRepo('model', 'acme/there', 'acme/x'),
    hub.updateRepoSettings('model', 'acme/there', { gated: 'auto' }),
  ]) {
    expect(await failureOf(change)).toBeInstanceOf(NotAuthorized)
  }
})

describe('a change that may have been made', () => {
  test('is not repeated, and its outcome is unknown', async () => {
    const sample = await startSample({ faults: [createFault('cut', { path: '/api/repos/', times: 1 })] })
    const hub = startClient(sample.url, { token, retries: 5 })
    const failure = await failureOf(hub.createRepo('model', { id: 'acme/new' }))
    expect(failure).toBeInstanceOf(OutcomeUnknown)
    expect((await hub.repoDetail('model', 'acme/new')).repo).toMatchObject({ id: 'acme/new' })
    expect(sample.requests.total).toBe(2)
  })

  test.each(['deleteRepo', 'moveRepo'] as const)('has an unknown outcome: %s after a server error', async (method) => {
    const server = await startServer((_request, response) => sendJson(response, { error: 'no' }, {}, 502))
    const hub = startClient(server.url, { token, retries: 5 })
    const change = method === 'deleteRepo' ? hub.deleteRepo('model', 'a/b') : hub.moveRepo('model', 'a/b', 'a/c')
    expect(await failureOf(change)).toBeInstanceOf(OutcomeUnknown)
    expect(server.requests).toHaveLength(1)
  })

  test('was not made without a connection', async () => {
    const sample = await startSample()
    await sample.close()
    const failure = await failureOf(startClient(sample.url, { token }).createRepo('model', { id: 'a/b' }))
    expect(failure).toBeInstanceOf(RetryLater)
  })
})

test('Settings are retried after passing failures', async () => {
  const faults = [createFault('5xx', { path: '/settings', times: 2 })]
  const sample = await startSample({ faults })
  const hub = startClient(sample.url, { token, retries: 3 })
  await hub.updateRepoSettings('model', 'acme/there', { gated: 'auto' })
  expect((await hub.repoDetail('model', 'acme/there')).repo['gated']).toBe('auto')
})

test('A change is repeated after a 429, which has changed nothing', async () => {
  const sample = await startSample({ faults: [createFault('429', { path: '/api/repos/', times: 1, retryAfter: 0 })] })
  const hub = startClient(sample.url, { token })
  expect((await hub.createRepo('model', { id: 'acme/new' })).id).toBe('acme/new')
})

test('A redirect of a change is not followed, because the name may lead to another repo', async () => {
  const server = await startServer((_request, response) => response.writeHead(307, { location: '/api/other' }).end())
  const failure = await failureOf(startClient(server.url, { token }).updateRepoSettings('model', 'a/b', { gated: 'auto' }))
  expect(failure).toBeInstanceOf(Refused)
  expect(server.requests).toHaveLength(1)
})

test('The token of a change is in the request and in no error', async () => {
  const server = await startServer((request, response) =>
    sendJson(response, { error: `you sent ${request.headers.authorization}` }, {}, 400),
  )
  const failure = await failureOf(startClient(server.url, { token }).createRepo('model', { id: 'a/b' }))
  expect(server.requests[0]?.headers.authorization).toBe('Bearer hf_acme_secret')
  expect(JSON.stringify(failure) + String(failure)).not.toContain('hf_acme_secret')
})
