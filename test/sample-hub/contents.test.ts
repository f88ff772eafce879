import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { pluralOf, REPO_KINDS, type RepoKind } from '../../src/hub/kinds.ts'
import type { FileEntry } from '../../src/hub-server/hub-files.ts'
import type { HubRepo } from '../../src/hub-server/hub-store.ts'
import { sharedHub } from '../support/hub/sample-hub.ts'
import { json } from './walk.ts'

const payloads = { models: [{ id: 'acme/given', siblings: [{ rfilename: 'model.safetensors', size: 300_000 }] }] }
const hub = sharedHub({ repos: 800, seed: 3, quota: 0 })
const other = sharedHub({ payloads, quota: 0 })

const repos = (kind: RepoKind, count: number): HubRepo[] =>
  [...hub.repos(kind)].filter(({ id, gated }) => id.includes('/') && !gated).slice(0, count)
const detail = async (kind: RepoKind, id: string) =>
  json<{ siblings: FileEntry[] }>(await fetch(`${hub.url}/api/${pluralOf[kind]}/${id}?blobs=true`))
const bytes = async (kind: RepoKind, id: string, path: string, route = 'resolve', url = hub.url) => {
  const root = kind === 'model' ? '' : `${pluralOf[kind]}/`
  return Buffer.from(await (await fetch(`${url}/${root}${id}/${route}/main/${path}`)).arrayBuffer())
}
const gitHash = (content: Buffer) => createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')

/** The header of a `.safetensors` file. */
function headerOf(content: Buffer): Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }> {
  return JSON.parse(content.subarray(8, 8 + Number(content.readBigUInt64LE())).toString())
}

describe('the files of generated repos', () => {
  test('have the sizes and hashes that listings report, and git holds pointers to large ones', async () => {
    for (const kind of REPO_KINDS) {
      for (const { id } of repos(kind, 3)) {
        for (const { rfilename, size, blobId, lfs } of (await detail(kind, id)).siblings.slice(0, 8)) {
          const content = await bytes(kind, id, rfilename)
          expect([id, rfilename, content.length]).toEqual([id, rfilename, size])
          const stored = await bytes(kind, id, rfilename, 'raw')
          expect([rfilename, gitHash(stored)]).toEqual([rfilename, blobId])
          if (lfs === undefined) expect(stored.equals(content)).toBe(true)
          else {
            const sha256 = createHash('sha256').update(content).digest('hex')
            expect(lfs).toEqual({ sha256, size, pointerSize: stored.length })
          }
        }
      }
    }
  })

  test('agree with the metadata of models: config, tensors and GGUF', async () => {
    const seen = new Set<string>()
    for (const { id, config, safetensors, gguf } of repos('model', 12)) {
      for (const { rfilename } of (await detail('model', id)).siblings.slice(0, 8)) {
        if (rfilename === 'config.json') {
          expect(JSON.parse(String(await bytes('model', id, rfilename)))).toMatchObject(config ?? {})
        }
        if (rfilename === 'model.safetensors') {
          const content = await bytes('model', id, rfilename)
          const { __metadata__: _, ...tensors } = headerOf(content)
          const total = Object.values(tensors).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
          expect(total).toBe((safetensors as { total: number }).total)
          const dataBytes = content.length - 8 - Number(content.readBigUInt64LE())
          expect(Object.values(tensors).at(-1)?.data_offsets[1]).toBe(dataBytes)
        }
        if (rfilename === 'model.gguf') {
          const content = await bytes('model', id, rfilename)
          expect([content.toString('latin1', 0, 4), content.readUInt32LE(4)]).toEqual(['GGUF', 3])
          expect(content.includes(String((gguf as { architecture: string }).architecture))).toBe(true)
        }
        seen.add(rfilename)
      }
    }
    expect([...seen]).toEqual(expect.arrayContaining(['config.json', 'model.safetensors', 'model.gguf']))
  })

  test('have the card as front matter, and the Parquet configs that the card names', async () => {
    let withConfigs = 0
    for (const { id, cardData } of repos('dataset', 40)) {
      const [, front = ''] = /^---\n([\s\S]*?)---\n/.exec(String(await bytes('dataset', id, 'README.md'))) ?? []
      expect(parse(front)).toEqual(JSON.parse(JSON.stringify(cardData)))
      const { configs } = cardData as { configs?: { config_name: string; data_files: { split: string }[] }[] }
      const answer = await fetch(`${hub.url}/api/datasets/${id}/parquet`)
      if (answer.status !== 200) continue
      const listing = await json<Record<string, Record<string, unknown>>>(answer)
      if (Object.keys(listing).length === 0) continue
      const named = configs?.map(({ config_name, data_files }) => [config_name, data_files.map(({ split }) => split)])
      if (named !== undefined) withConfigs++
      const found = Object.entries(listing).map(([config, splits]) => [config, Object.keys(splits)])
      expect(found).toEqual(named ?? [['default', expect.any(Array)]])
    }
    expect(withConfigs).toBeGreaterThan(2)
  })
})

test('a file of a given size has a true header, too', async () => {
  const content = await bytes('model', 'acme/given', 'model.safetensors', 'resolve', other.url)
  expect(content.length).toBe(300_000)
  const [tensor] = Object.entries(headerOf(content)).filter(([name]) => name !== '__metadata__')
  const end = 300_000 - 8 - Number(content.readBigUInt64LE())
  expect([tensor?.[1].dtype, tensor?.[1].data_offsets[0], end > 200_000]).toEqual(['U8', 0, true])
})

test.each(['task_ids', 'multilinguality', 'language_creators', 'benchmark', 'task_categories', 'size_categories'])(
  'some generated datasets have a tag of the type %s, and its filter finds them',
  async (type) => {
    const large = [...hub.repos('dataset', ['tags'])].flatMap(({ tags }) => tags as string[])
    const tag = large.find((one) => one.startsWith(`${type}:`)) ?? `${type}:none`
    const found = await json<unknown[]>(await fetch(`${hub.url}/api/datasets?filter=${encodeURIComponent(tag)}`))
    expect(found.length).toBe(large.filter((one) => one === tag).length)
    expect(found.length).toBeGreaterThan(0)
  },
)
