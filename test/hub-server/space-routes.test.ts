import { expect, test } from 'vitest'
import { json } from '../sample-hub/walk.ts'
import { sharedHub } from '../support/hub/sample-hub.ts'

const runtime = { stage: 'RUNNING', hardware: { current: 'cpu-basic', requested: 'cpu-basic' } }
const hub = sharedHub({
  payloads: {
    spaces: [
      { id: 'ada/voice-demo', sdk: 'gradio', runtime, cardData: { title: 'Voices', emoji: '🎤' } },
      { id: 'ada/voice-lab', sdk: 'docker', runtime: { ...runtime, stage: 'PAUSED' } },
      { id: 'ada/other', sdk: 'static', runtime },
    ],
  },
})
const get = (path: string) => fetch(`${hub.url}/api/spaces/${path}`)
const ids = async (query: string) => (await json<{ id: string }[]>(await get(`semantic-search?${query}`))).map(({ id }) => id)

test('Spaces are found by words, SDK and state', async () => {
  expect(await ids('q=voice')).toEqual(['ada/voice-demo'])
  expect((await ids('q=voice&includeNonRunning=true')).toSorted()).toEqual(['ada/voice-demo', 'ada/voice-lab'])
  expect(await ids('q=voice&includeNonRunning=true&sdk=docker')).toEqual(['ada/voice-lab'])
  expect(await json<unknown>(await get('semantic-search?q=voice'))).toMatchObject([
    { title: 'Voices', emoji: '🎤', author: 'ada' },
  ])
  expect((await get('semantic-search')).status).toBe(400)
})

test('hardware and templates are tables, not names of Spaces', async () => {
  expect(await json<unknown>(await get('hardware'))).toContainEqual(
    expect.objectContaining({ name: 'cpu-basic', unitCostUSD: 0 }),
  )
  expect(await json<unknown>(await get('templates'))).toMatchObject({
    templates: [{ sdk: 'gradio', preferredPrivate: false }, {}, {}],
  })
})
