import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { json } from '../sample-hub/walk.ts'
import { PAYLOADS } from './payloads.ts'

const TOKEN = { authorization: 'Bearer hf_acme' }

let hub: SampleHub
beforeAll(async () => {
  hub = await createSampleHub({ payloads: PAYLOADS, tokens: ['hf_acme'] })
  hub.change.redirect('model', 'bert-base-uncased', 'google-bert/bert-base-uncased')
  hub.change.redirect('model', 'acme/once-open', 'acme/secret')
})
afterAll(() => hub.close())

const get = (path: string, headers: Record<string, string> = {}) => fetch(hub.url + path, { headers, redirect: 'manual' })

describe('a detail response', () => {
  test('has the fields of the Hub in its order, including a null model-index', async () => {
    const repo = await json(await get('/api/models/google-bert/bert-base-uncased'))
    expect(Object.keys(repo).slice(0, 6)).toEqual(['_id', 'id', 'private', 'pipeline_tag', 'library_name', 'tags'])
    expect(repo['model-index']).toBeNull()
    expect(repo).not.toHaveProperty('downloadsAllTime')
    expect(repo).not.toHaveProperty('inferenceProviderMapping')
  })

  test('keys the inference providers by name', async () => {
    const answer = await get('/api/models/google-bert/bert-base-uncased?expand[]=inferenceProviderMapping')
    expect(await json(answer)).toHaveProperty('inferenceProviderMapping.hf-inference')
  })

  test('has size and hash of files with blobs, and the security status on request', async () => {
    const path = '/api/models/google-bert/bert-base-uncased'
    expect(await json(await get(path))).toHaveProperty('siblings', [{ rfilename: 'config.json' }])
    expect(await json(await get(`${path}?blobs=true`))).toHaveProperty('siblings[0].size', 570)
    expect((await json(await get(`${path}?securityStatus=true`)))['securityRepoStatus']).toEqual({
      scansDone: false,
      filesWithIssues: [],
    })
  })

  test('is the same for every name of the newest revision', async () => {
    const path = '/api/models/google-bert/bert-base-uncased'
    const bare = await get(path)
    const { sha } = await json<{ sha: string }>(bare.clone())
    for (const revision of ['main', 'HEAD', sha, sha.slice(0, 7)]) {
      const answer = await get(`${path}/revision/${revision}`)
      expect(answer.headers.get('etag')).toBe(bare.headers.get('etag'))
    }
  })

  test('is a 404 for a revision that does not exist', async () => {
    const answer = await get('/api/models/acme/big/revision/refs%2Fpr%2F1')
    expect([answer.status, answer.headers.get('x-error-code')]).toEqual([404, 'RevisionNotFound'])
  })

  test.each(['%F0%9F%98%80', 'a%0Ab'])('is that 404 for the revision %s too, which no header can hold', async (revision) => {
    const answer = await get(`/api/models/acme/big/revision/${revision}`)
    expect([answer.status, answer.headers.get('x-error-code')]).toEqual([404, 'RevisionNotFound'])
    expect(await answer.json()).toEqual({ error: `Invalid rev id: ${decodeURIComponent(revision)}` })
  })
})

describe('a missing repo', () => {
  test.each(['acme/none', 'acme/secret', 'none'])('(%s) asks callers without a token for credentials', async (id) => {
    const answer = await get(`/api/models/${id}`)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('x-error-message')).toBe('Invalid username or password.')
    // The Hub sends none over https; without https, huggingface_hub needs it.
    expect(answer.headers.get('x-error-code')).toBe('RepoNotFound')
    expect(await answer.json()).toEqual({ error: 'Invalid username or password.' })
  })

  test.each([
    '/api/models/acme/once-open',
    '/api/models/ACME/Secret',
    '/api/models/acme/once-open/revision/main?blobs=true',
    '/api/models/acme/once-open/tree/main',
    '/acme/once-open/resolve/main/config.json',
    '/acme/Secret/resolve/main/config.json',
  ])('looks like a private one, also by a former name or in other letter case (%s)', async (path) => {
    const answer = await get(path)
    expect([answer.status, answer.headers.get('location')]).toEqual([401, null])
    expect(await answer.json()).toEqual({ error: 'Invalid username or password.' })
    expect((await get(path, TOKEN)).headers.get('location')).toContain('acme/secret')
  })

  test('is reported as missing to callers with a token', async () => {
    const answer = await get('/api/models/acme/none', TOKEN)
    expect([answer.status, answer.headers.get('x-error-code')]).toEqual([404, 'RepoNotFound'])
    expect((await get('/api/models/acme/secret', TOKEN)).status).toBe(200)
  })
})

test('an unknown token is refused on every route', async () => {
  for (const path of ['/api/models', '/api/models/acme/big']) {
    const answer = await get(path, { authorization: 'Bearer hf_other' })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('x-error-message')).toBe('Invalid credentials in Authorization header')
  }
})

describe('a redirect', () => {
  test.each([
    ['/api/models/bert-base-uncased', '/api/models/google-bert/bert-base-uncased'],
    ['/api/models/Google-BERT/bert-base-uncased?blobs=true', '/api/models/google-bert/bert-base-uncased?blobs=true'],
    [
      '/api/models/bert-base-uncased/revision/refs%2Fpr%2F1?expand=sha',
      '/api/models/google-bert/bert-base-uncased/revision/refs%2Fpr%2F1?expand=sha',
    ],
  ])('leads from %s to %s', async (from, to) => {
    const answer = await get(from)
    expect([answer.status, answer.headers.get('location')]).toEqual([307, to])
    expect(await answer.text()).toBe(`Temporary Redirect. Redirecting to ${to}`)
  })
})

describe('every response', () => {
  test.each(['/api/models', '/api/models/acme/none', '/api/models/bert-base-uncased', '/api/nope', '/api/models?sort=x'])(
    'has rate limit headers and a request id (%s)',
    async (path) => {
      const answer = await get(path, { 'x-amzn-trace-id': 'our-trace' })
      expect(answer.headers.get('ratelimit')).toMatch(/^"api";r=\d+;t=\d+$/)
      expect(answer.headers.get('ratelimit-policy')).toBe('"fixed window";"api";q=500;w=300')
      expect(answer.headers.get('x-request-id')).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};our-trace$/)
    },
  )

  test('with status 200 has a weak ETag that saves the body next time', async () => {
    const first = await get('/api/models')
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^W\/"[0-9a-f]+-[A-Za-z0-9+/]+"$/)
    const second = await get('/api/models', { 'if-none-match': etag })
    expect([second.status, await second.text()]).toEqual([304, ''])
  })

  test('outside the known routes is a JSON 404', async () => {
    for (const path of ['/api/nope', '/api/models/a/b/c', '/api/models/a//b']) {
      const answer = await get(path)
      expect([path, answer.status]).toEqual([path, 404])
      expect(await answer.json()).toEqual({ error: "Sorry, we can't find the page you are looking for." })
    }
  })
})

describe('tags by type', () => {
  test('sorts the tags of models, most of which have no prefix', async () => {
    const tags = await json<Record<string, { id: string }[]>>(await get('/api/models-tags-by-type'))
    expect(tags['region']).toEqual([{ type: 'region', label: 'Region: US', id: 'region:us' }])
    expect(tags['pipeline_tag']).toContainEqual({
      type: 'pipeline_tag',
      label: 'fill-mask',
      id: 'fill-mask',
      subType: 'nlp',
    })
    expect(tags['other']?.map((tag) => tag.id)).toEqual(['bert', 'constructor'])
    expect(tags['language']?.map((tag) => tag.id)).toEqual(['en', 'fr'])
    expect(tags['library']?.map((tag) => tag.id)).toEqual(['transformers', 'gguf'])
  })

  test('are limited to one type on request', async () => {
    const tags = await json(await get('/api/datasets-tags-by-type?type=language'))
    expect(tags).toEqual({ language: [{ type: 'language', label: 'en', id: 'language:en' }] })
  })
})
