import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { loadPayloads } from '../../src/sample-hub/shelves/load-payloads.ts'
import { PayloadShelf } from '../../src/sample-hub/shelves/payload-shelf.ts'

const EVERYTHING = { names: new Set(['siblings']), blobs: true }

const served = (shelf: PayloadShelf) => Array.from({ length: shelf.size }, (_, index) => shelf.repoAt(index, EVERYTHING))

describe('a payload', () => {
  test('gets the fields that the Hub always sends, deterministically', () => {
    const payload = { id: 'acme/old', lastModified: '2021-01-01T00:00:00.000Z', pipeline_tag: null }
    const repo = new PayloadShelf('model').put(payload)
    expect(repo).toMatchObject({
      author: 'acme',
      createdAt: '2022-03-02T23:29:04.000Z',
      modelId: 'acme/old',
      private: false,
      gated: false,
      pipeline_tag: null,
    })
    expect(repo._id).toMatch(/^621ffdc0[0-9a-f]{16}$/)
    expect(repo).not.toHaveProperty('tags')
    expect(new PayloadShelf('model').put(payload)).toEqual(repo)
    expect(new PayloadShelf('dataset').put(payload)._id).not.toBe(repo._id)
  })

  test('was created at its last change, if no field says earlier, or when its _id says', () => {
    const shelf = new PayloadShelf('dataset')
    const lastModified = '2024-07-01T00:00:00.000Z'
    expect(shelf.put({ id: 'a/b', lastModified })).toMatchObject({ createdAt: lastModified })
    expect(shelf.put({ id: 'a/c', lastModified, _id: '640000000000000000000000' })).toMatchObject({
      createdAt: '2023-03-02T01:46:40.000Z',
    })
  })

  test('may have wrong types in every field except its id', () => {
    const odd = { id: 'a/b', _id: 7, createdAt: [], lastModified: {}, downloads: 'many', tags: 'x', siblings: [null] }
    const shelf = new PayloadShelf('model', [odd])
    expect(shelf.sortValueAt(0, 'createdAt')).toBeNull()
    expect(shelf.sortValueAt(0, 'downloads')).toBeNull()
    expect(shelf.repoAt(0, { names: new Set(['siblings']), blobs: false })['tags']).toBe('x')
  })

  test.each([[null], [[]], ['text'], [{}], [{ id: '' }], [{ id: 7 }]])('is refused without an id (%j)', (payload) => {
    expect(() => new PayloadShelf('space', [payload])).toThrow('space')
  })
})

describe('a shelf', () => {
  test('keeps the last of several payloads with one id, and counts the others', () => {
    const shelf = new PayloadShelf('model', [{ id: 'a/b', likes: 1 }, { id: 'a/b', likes: 2 }, { id: 'a/c' }])
    expect([shelf.size, shelf.replaced]).toEqual([2, 1])
    expect(served(shelf).find((repo) => repo.id === 'a/b')?.['likes']).toBe(2)
  })

  test('serves two repos separately whose payloads share an _id', () => {
    const _id = '640000000000000000000000'
    const shelf = new PayloadShelf('model', [
      { id: 'a/old', _id },
      { id: 'a/new', _id },
    ])
    expect(new Set(served(shelf).map((repo) => repo._id)).size).toBe(2)
  })

  test('finds a repo in any letter case, and accepts no more after it is read', () => {
    const shelf = new PayloadShelf('model', [{ id: 'a/B' }])
    expect(shelf.find('A/b')?.id).toBe('a/B')
    expect(() => shelf.put({ id: 'a/c' })).toThrow()
  })
})

describe('a directory of payloads', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hubdex-payloads-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  test('is read plain and compressed, and may lack a kind', async () => {
    await writeFile(join(directory, 'models.jsonl'), '{"id":"a/b"}\n\n{"id":"a/c"}')
    await writeFile(join(directory, 'spaces.jsonl.gz'), gzipSync('{"id":"a/d"}\n'))
    const { model, dataset, space } = await loadPayloads(directory)
    expect([model.size, dataset.size, space.size]).toEqual([2, 0, 1])
  })

  test('is read with a byte order mark, and served whatever its depth', async () => {
    const deep = `${'{"x":['.repeat(10_000)}7${']}'.repeat(10_000)}`
    await writeFile(join(directory, 'models.jsonl'), `\uFEFF{"id":"a/b","cardData":${deep}}\n{"id":"a/c","sha":"s"}`)
    const hub = await createSampleHub({ data: directory, quota: 0 })
    try {
      const page = await (await fetch(`${hub.url}/api/models?expand=cardData`)).text()
      expect(page).toContain(`"cardData":${deep}`)
      expect(JSON.parse(page)).toHaveLength(2)
      expect(await (await fetch(`${hub.url}/api/models/a/b`)).text()).toContain(deep)
      expect((await fetch(`${hub.url}/a/b/resolve/main/README.md`)).status).toBe(200)
    } finally {
      await hub.close()
    }
  })

  test('names the line that it cannot read', async () => {
    await writeFile(join(directory, 'models.jsonl'), '{"id":"a/b"}\n{"id":')
    await expect(loadPayloads(directory)).rejects.toThrow(/models\.jsonl .*line 2/)
  })

  test('with a damaged archive is an error', async () => {
    await writeFile(join(directory, 'models.jsonl.gz'), gzipSync('{"id":"a/b"}\n'.repeat(1000)).subarray(0, 30))
    await expect(loadPayloads(directory)).rejects.toThrow('models.jsonl.gz')
  })

  test('without any file is an error that says what belongs there', async () => {
    await expect(loadPayloads(directory)).rejects.toThrow(/models\.jsonl/)
  })
})
