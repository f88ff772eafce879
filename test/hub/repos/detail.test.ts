import { expect, test } from 'vitest'
import { BrokenAnswer, ForeignRedirect, NotAuthorized, Refused, RepoNotFound } from '../../../src/hub/errors.ts'
import { failureOf, sendJson, startClient, startServer } from '../test-server.ts'

/** A server with the same answer to every request. */
function always(status: number, json: unknown, headers: Record<string, string> = {}) {
  return startServer((_, response) => sendJson(response, json, headers, status))
}

/** A server with redirects by path and a repo at every other path. */
function redirecting(moves: Record<string, string>) {
  return startServer((request, response) => {
    const location = moves[request.url ?? '']
    if (location === undefined) return sendJson(response, { _id: '1', asked: request.url })
    response.writeHead(307, { location, 'content-type': 'text/plain' })
    response.end(`Temporary Redirect. Redirecting to ${location}`)
  })
}

test('A repo is requested at a revision with its blobs', async () => {
  const server = await always(200, { _id: '1', id: 'owner/name' })
  const answer = await startClient(server.url).repoDetail('model', 'owner/name', { revision: 'refs/pr/1', blobs: true })
  expect(answer).toMatchObject({ repo: { _id: '1', id: 'owner/name' }, moved: undefined, requests: 1 })
  expect(server.requests[0]?.url).toBe('/api/models/owner/name/revision/refs%2Fpr%2F1?blobs=true')
})

test('An unusual id is requested as it is', async () => {
  const server = await always(200, {})
  await startClient(server.url).repoDetail('space', 'owner/a b?c#d\0é', { expand: ['likes', 'sha'] })
  expect(server.requests[0]?.url).toBe('/api/spaces/owner/a%20b%3Fc%23d%00%C3%A9?expand=likes&expand=sha')
})

test.each(['../datasets', 'owner/..', 'owner//name', 'owner/name/tree', 'owner/revision/main', '', 'owner/\ud800'])(
  'The id %j is refused without a request',
  async (id) => {
    const server = await always(200, {})
    expect(await failureOf(startClient(server.url).repoDetail('model', id))).toBeInstanceOf(Refused)
    expect(server.requests).toHaveLength(0)
  },
)

test('A redirect is followed and reported as a move', async () => {
  const server = await redirecting({
    '/api/models/gpt2?blobs=true': '/api/models/OpenAI-Community/gpt2?blobs=true',
    '/api/models/OpenAI-Community/gpt2?blobs=true': '/api/models/openai-community/gpt2?blobs=true',
  })
  const hub = startClient(server.url)
  const answer = await hub.repoDetail('model', 'gpt2', { blobs: true })
  expect(answer.repo['asked']).toBe('/api/models/openai-community/gpt2?blobs=true')
  expect(answer.moved).toEqual({ from: 'gpt2', to: 'openai-community/gpt2' })
  expect(answer.requests).toBe(3)
  expect(hub.events).toContainEqual({ type: 'moved', kind: 'model', from: 'gpt2', to: 'openai-community/gpt2' })
})

test('A redirect to another host is not followed', async () => {
  const other = await always(200, {})
  const server = await redirecting({ '/api/models/a/b': `${other.url}/api/models/a/b` })
  const failure = await failureOf(startClient(server.url, { token: 'hf_secret' }).repoDetail('model', 'a/b'))
  expect(failure).toBeInstanceOf(ForeignRedirect)
  expect(failure).toMatchObject({ to: `${other.url}/api/models/a/b` })
  expect(other.requests).toHaveLength(0)
})

test('A redirect without the prefix of the endpoint is followed below the prefix', async () => {
  const server = await redirecting({ '/hub/api/models/gpt2': '/api/models/openai-community/gpt2' })
  const answer = await startClient(`${server.url}/hub`).repoDetail('model', 'gpt2')
  expect(answer.repo['asked']).toBe('/hub/api/models/openai-community/gpt2')
  expect(answer.moved).toEqual({ from: 'gpt2', to: 'openai-community/gpt2' })
})

test('A byte order mark before an answer or an error is ignored', async () => {
  const server = await startServer((request, response) => {
    const isThere = request.url === '/api/models/a/b'
    response.writeHead(isThere ? 200 : 404, { 'content-type': 'application/json' })
    response.end(isThere ? '\uFEFF{"_id":"1"}' : '\uFEFF{"error":"Repository not found"}')
  })
  const hub = startClient(server.url)
  expect((await hub.repoDetail('model', 'a/b')).repo).toEqual({ _id: '1' })
  expect(await failureOf(hub.repoDetail('model', 'a/c'))).toBeInstanceOf(RepoNotFound)
})

test('Endless redirects fail', async () => {
  const server = await redirecting({ '/api/models/a/b': '/api/models/a/b' })
  expect(await failureOf(startClient(server.url).repoDetail('model', 'a/b'))).toBeInstanceOf(BrokenAnswer)
  expect(server.requests).toHaveLength(6)
})

test.each([
  [401, { error: 'Invalid username or password.' }, {}],
  [404, { error: 'Repository not found' }, { 'x-error-code': 'RepoNotFound' }],
  [404, { error: 'Repository not found' }, {}],
])('%i with %j is a missing repo', async (status, json, headers) => {
  const server = await always(status, json, { ...headers, 'x-request-id': 'Root=1-2' } as Record<string, string>)
  const failure = await failureOf(startClient(server.url).repoDetail('model', 'a/b'))
  expect(failure).toBeInstanceOf(RepoNotFound)
  expect(failure).toMatchObject({ status, requestId: 'Root=1-2', url: `${server.url}/api/models/a/b` })
  expect(server.requests).toHaveLength(1)
})

test('A bad token is distinguished from a missing repo', async () => {
  const message = 'Invalid credentials in Authorization header'
  const server = await always(401, { error: message }, { 'x-error-message': message })
  expect(await failureOf(startClient(server.url).repoDetail('model', 'a/b'))).toBeInstanceOf(NotAuthorized)
})

test.each([
  [401, 'text/html', NotAuthorized],
  [404, 'text/html', BrokenAnswer],
])('%i from a server that is not a Hub is not a missing repo', async (status, type, expected) => {
  const server = await startServer((_, response) => {
    response.writeHead(status, { 'content-type': type })
    response.end('<html>no</html>')
  })
  expect(await failureOf(startClient(server.url).repoDetail('model', 'a/b'))).toBeInstanceOf(expected)
})

test('An unknown revision does not count as a missing repo', async () => {
  const server = await always(404, { error: 'Invalid rev id' }, { 'x-error-code': 'RevisionNotFound' })
  const failure = await failureOf(startClient(server.url).repoDetail('model', 'a/b', { revision: 'x' }))
  expect(failure).toBeInstanceOf(Refused)
})

test.each([401, 403])('A gated repo answered with %i is refused as gated', async (status) => {
  const server = await always(status, { error: 'Access to model a/b is restricted.' }, { 'x-error-code': 'GatedRepo' })
  const failure = await failureOf(startClient(server.url).repoDetail('model', 'a/b'))
  expect(failure).toBeInstanceOf(Refused)
  expect(failure).toMatchObject({ isGated: true, isDisabled: false })
})

test('A disabled repo is refused as disabled', async () => {
  const server = await always(403, {}, { 'x-error-message': 'Access to this resource is disabled.' })
  const failure = await failureOf(startClient(server.url).repoDetail('dataset', 'a/b'))
  expect(failure).toBeInstanceOf(Refused)
  expect(failure).toMatchObject({ isGated: false, isDisabled: true })
})

test.each([
  [{ error: ['one', 'two'] }, 'one; two'],
  [{ error: 'one', error_description: 'two' }, 'one; two'],
  [{ errors: [{ message: 'one' }, { message: 'two' }] }, 'one; two'],
])('The reason is read from %j', async (json, reason) => {
  const server = await always(422, json)
  expect(await failureOf(startClient(server.url).repoDetail('model', 'a/b'))).toMatchObject({
    serverMessage: reason,
    message: expect.stringContaining(reason),
  })
})

test.each([[[]], [null], ['text']])('A repo that is %j is a broken answer', async (json) => {
  const server = await always(200, json)
  expect(await failureOf(startClient(server.url).repoDetail('model', 'a/b'))).toBeInstanceOf(BrokenAnswer)
})

test('Tags are returned unchanged, of all types or one', async () => {
  const tags = { region: [{ type: 'region', label: 'Region: US', id: 'region:us' }] }
  const server = await always(200, tags)
  const hub = startClient(server.url)
  expect(await hub.tagsByType('model')).toEqual(tags)
  await hub.tagsByType('dataset', { type: 'region' })
  expect(server.requests.map((request) => request.url)).toEqual([
    '/api/models-tags-by-type',
    '/api/datasets-tags-by-type?type=region',
  ])
})

test('Totals are returned if the server reports them', async () => {
  const server = await always(200, { modelsCount: 3, datasetsCount: 'many', spacesCount: 0 })
  expect(await startClient(server.url).repoTotals()).toEqual({ model: 3, space: 0 })
})
