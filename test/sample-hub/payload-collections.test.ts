import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { hubIdOf } from '../support/hub/pages.ts'

const SLUG = `acme/été-読む-${hubIdOf(1)}`
const WHOLE = {
  slug: SLUG,
  title: 'Été',
  description: 'Summer',
  gating: { mode: 'auto' },
  lastUpdated: '2026-01-02T03:04:05.000Z',
  owner: { name: 'acme', fullname: 'Acme', type: 'org' },
  items: [
    { _id: hubIdOf(11), position: 0, type: 'model', id: 'acme/known', note: { text: 'Good', html: 'Good' } },
    { _id: hubIdOf(12), position: 1, type: 'dataset', id: 'acme/elsewhere', downloads: 5 },
    { _id: hubIdOf(13), position: 2, type: 'collection', id: hubIdOf(2), slug: `acme/other-${hubIdOf(2)}` },
    { _id: hubIdOf(14), position: 3, type: 'paper', id: '2510.04871' },
    { _id: hubIdOf(15), position: 4, type: 'bucket', id: 'acme/bucket' },
    'odd',
  ],
  theme: 'crimson',
  private: false,
  upvotes: 7,
}

describe('collections of a directory', () => {
  let directory: string
  let hub: SampleHub | undefined
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hubdex-collections-'))
  })
  afterEach(async () => {
    await hub?.close()
    hub = undefined
    await rm(directory, { recursive: true })
  })

  const serve = async (...lines: unknown[]) => {
    await writeFile(join(directory, 'models.jsonl'), '{"id":"acme/known"}')
    await writeFile(join(directory, 'collections.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'))
    hub = await createSampleHub({ data: directory, quota: 0 })
    return hub.url
  }
  const get = async (url: string) => (await fetch(url)).json() as Promise<Record<string, unknown>>

  test('are served as they are, also items that the Hub does not have', async () => {
    const url = await serve(WHOLE, { slug: `acme/bare-${hubIdOf(3)}` })
    const served = await get(`${url}/api/collections/${encodeURI(SLUG)}`)
    const { items, ...fields } = WHOLE
    expect(served).toMatchObject(fields)
    const expected = items.flatMap((item) => (typeof item === 'string' ? [] : [{ ...item }]))
    expect(served['items']).toMatchObject(expected)
    const listed = await get(`${url}/api/collections?sort=lastModified`)
    expect(listed).toMatchObject([
      { slug: SLUG, items: expected.slice(0, 4) },
      { title: 'bare', items: [], upvotes: 0 },
    ])
  })

  test('get another slug with another title, and no longer show an item that is deleted', async () => {
    const url = await serve(WHOLE)
    hub?.collections.update(hubIdOf(1), { title: 'New' })
    hub?.change.delete('model', 'acme/known')
    const served = await get(`${url}/api/collections/${encodeURI(SLUG)}`)
    expect(served['slug']).toBe(`acme/new-${hubIdOf(1)}`)
    expect((served['items'] as { id: string }[]).map(({ id }) => id)).not.toContain('acme/known')
  })

  test('are read compressed and without repos; the last line with an id counts', async () => {
    const lines = [WHOLE, { ...WHOLE, title: 'Later' }].map((line) => JSON.stringify(line)).join('\n')
    await writeFile(join(directory, 'collections.jsonl.gz'), gzipSync(lines))
    hub = await createSampleHub({ data: directory, quota: 0 })
    expect(hub.collections.state.collections.map(({ title }) => title)).toEqual(['Later'])
  })

  test.each([['{"title":"No slug"}'], ['{"slug":"acme/no-id"}'], ['7'], ['{"slug":']])(
    'name the line that is none: %s',
    async (line) => {
      await writeFile(join(directory, 'collections.jsonl'), `${JSON.stringify(WHOLE)}\n${line}`)
      await expect(createSampleHub({ data: directory })).rejects.toThrow(/collections\.jsonl .*line 2/)
    },
  )
})
