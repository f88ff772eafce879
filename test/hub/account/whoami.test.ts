import { expect, test } from 'vitest'
import { BrokenAnswer, NotAuthorized } from '../../../src/hub/errors.ts'
import { freshHub } from '../../support/hub/sample-hub.ts'
import { failureOf, sendJson, startClient, startServer } from '../test-server.ts'

const hub = freshHub({ quota: 0, payloads: {} })

test('a client asks once who it is, in all its views', async () => {
  const client = startClient(hub.url, { token: 'hf_lab_write' })
  const answers = await Promise.all([client.whoami(), client.withPriority('stage').whoami(), client.whoami()])
  expect(answers.map(({ name }) => name)).toEqual(['lab-write', 'lab-write', 'lab-write'])
  expect(answers[0]).toMatchObject({ orgs: [{ name: 'lab', role: 'write' }], token: { role: 'write' }, isPro: false })
  expect(hub.requests.total).toBe(1)
})

test('a failure is not kept', async () => {
  let times = 0
  const { url } = await startServer((_request, response) =>
    times++ === 0 ? sendJson(response, { error: 'no' }, {}, 401) : sendJson(response, { name: 'ada' }),
  )
  const client = startClient(url, { token: 'hf_ada' })
  expect(await failureOf(client.whoami())).toBeInstanceOf(NotAuthorized)
  expect(await client.whoami()).toMatchObject({ name: 'ada', orgs: [], token: undefined })
})

test.each([null, [], {}, { name: 7 }])('%j describes no account', async (json) => {
  const { url } = await startServer((_request, response) => sendJson(response, json))
  expect(await failureOf(startClient(url).whoami())).toBeInstanceOf(BrokenAnswer)
})
