import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { type Item, json } from '../sample-hub/walk.ts'
import { sharedSamples } from '../support/shared-data.ts'

const directory = sharedSamples()
const recorded = async (name: string) => JSON.parse(await readFile(join(directory ?? '', name), 'utf8'))

const MODELS = ['bert-base-uncased', 'deepset-roberta', 'paraphrase-albert', 'stable-diffusion-2-1']

/** Compares responses recorded from the real Hub with ours over the same repos. */
describe.skipIf(directory === undefined)('compared with recorded responses of the real Hub', () => {
  let hub: SampleHub
  const payloads = new Map<string, Item>()

  beforeAll(async () => {
    for (const name of MODELS) payloads.set(name, await recorded(`model_info.${name}.json`))
    const space = { ...(await recorded('space_info.expand_xetEnabled.json')), createdAt: '2025-03-07T12:00:00.000Z' }
    hub = await createSampleHub({ payloads: { models: payloads.values(), spaces: [space] } })
    hub.change.redirect('model', 'bert-base-uncased', 'google-bert/bert-base-uncased')
  })
  afterAll(() => hub.close())

  test.each(MODELS)('details are the same, including the order of keys: %s', async (name) => {
    const payload = payloads.get(name)
    const answer = await fetch(`${hub.url}/api/models/${payload?.id}`)
    expect(await answer.text()).toBe(JSON.stringify(payload))
  })

  test('an expanded response is the same', async () => {
    const expected = await recorded('space_info.expand_xetEnabled.json')
    const answer = await fetch(`${hub.url}/api/spaces/${expected.id}/revision/main?expand=xetEnabled`)
    expect(await json(answer)).toEqual(expected)
  })

  test('a redirect is the same', async () => {
    const expected = await recorded('redirect_307.bert-base-uncased.json')
    const answer = await fetch(`${hub.url}/api/models/bert-base-uncased`, { redirect: 'manual' })
    expect(answer.status).toBe(expected.status.code)
    for (const header of ['location', 'content-type', 'vary', 'content-length']) {
      const [name = ''] = Object.keys(expected.headers).filter((key) => key.toLowerCase() === header)
      expect([header, answer.headers.get(header)]).toEqual([header, expected.headers[name][0]])
    }
    expect(await answer.text()).toBe(expected.body_text)
  })

  test('an ETag has the recorded form, which begins with the length', async () => {
    const expected = await recorded('response_headers.model_info.json')
    const form = /^W\/"([0-9a-f]+)-[A-Za-z0-9+/]{27}"$/
    expect(expected.ETag[0]).toMatch(form)
    const answer = await fetch(`${hub.url}/api/models/${payloads.get('deepset-roberta')?.id}`)
    const [, length = ''] = form.exec(answer.headers.get('etag') ?? '') ?? []
    expect(Number.parseInt(length, 16)).toBe((await answer.arrayBuffer()).byteLength)
  })

  test('tags have the recorded members', async () => {
    const expected = await recorded('tags_by_type.fragment.json')
    const tags = await json(await fetch(`${hub.url}/api/models-tags-by-type`))
    expect(tags['region']).toEqual(expected.region)
    expect(Object.keys(tags)).toEqual(expect.arrayContaining(Object.keys(expected)))
  })
})
