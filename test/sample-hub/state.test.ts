import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { REPO_KINDS } from '../../src/hub/kinds.ts'
import type { SampleHubOptions } from '../../src/sample-hub/options.ts'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { startClient } from '../hub/test-server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { collect } from './walk.ts'

const folder = mkdtempSync(join(temporaryFolder(), 'hub-state-'))
afterAll(() => rmSync(folder, { recursive: true }))

let state = ''
let number = 0
beforeEach(() => {
  state = join(folder, `${number++}.json`)
})

async function start(options: SampleHubOptions = {}): Promise<SampleHub> {
  const hub = await createSampleHub({ repos: 80, seed: 3, quota: 0, state, ...options })
  onTestFinished(() => hub.close())
  return hub
}

/** Everything that a caller without a token can read. */
const contentOf = (hub: SampleHub) =>
  REPO_KINDS.flatMap((kind) => [...hub.repos(kind)].map((repo) => JSON.stringify(repo))).toSorted()

describe('the state of a sample Hub', () => {
  test('survives a restart: changes, collections, webhooks, and what makes new ids new', async () => {
    const first = await start()
    const client = startClient(first.url, { token: 'hf_ada' })
    const made = await client.createRepo('model', { id: 'ada/made' })
    first.churn(400)
    const { slug } = await client.collections.create({ title: 'Kept', namespace: 'ada' })
    await client.collections.addItem(slug, { type: 'model', id: 'ada/made' })
    const { id } = await client.webhooks.create({ url: 'http://a.example', watched: [{ type: 'user', name: 'ada' }] })
    const before = contentOf(first)
    await first.close()

    const second = await start()
    expect(contentOf(second)).toEqual(before)
    expect(REPO_KINDS.map((kind) => second.store.size(kind))).toEqual(REPO_KINDS.map((kind) => first.store.size(kind)))
    const again = startClient(second.url, { token: 'hf_ada' })
    expect((await again.collections.get(slug)).items).toMatchObject([{ id: 'ada/made' }])
    expect((await again.webhooks.list()).map((webhook) => webhook.id)).toEqual([id])
    second.churn(200)
    const next = await again.createRepo('model', { id: 'ada/next' })
    const hubIds = [...second.repos('model', [])].map(({ _id }) => _id)
    expect(new Set(hubIds).size).toBe(hubIds.length)
    expect(next.hubId).not.toBe(made.hubId)
  })

  test('is written while the Hub runs, and a private repo stays private', async () => {
    const hub = await start()
    hub.change.create('model', { id: 'ada/shy', private: true })
    await expect.poll(() => readFileSync(state, { encoding: 'utf8', flag: 'a+' }), { timeout: 5_000 }).toContain('ada/shy')
    await hub.close()
    const second = await start()
    expect([...second.repos('model', [])].map(({ id }) => id)).not.toContain('ada/shy')
    expect(await startClient(second.url, { token: 'hf_ada' }).repoDetail('model', 'ada/shy')).toMatchObject({
      repo: { private: true },
    })
  })

  test('has the files that were committed, their commits, branches, and copies of them', async () => {
    const first = await start()
    const client = startClient(first.url, { token: 'hf_ada' })
    await client.createRepo('model', { id: 'ada/made' })
    const changes = [{ path: 'notes/a.txt', content: Buffer.from('kept\u0000bytes') }]
    await client.files.commit('model', 'ada/made', { title: 'Add a note', changes })
    await client.files.createRef('model', 'ada/made', 'branch', { name: 'dev' })
    await client.duplicateRepo('model', 'ada/made', { to: 'ada/copy' })
    await first.close()

    const second = await start()
    for (const [id, revision] of [
      ['ada/made', 'main'],
      ['ada/made', 'dev'],
      ['ada/copy', 'main'],
    ]) {
      const file = await fetch(`${second.url}/${id}/resolve/${revision}/notes/a.txt`)
      expect([id, revision, await file.text()]).toEqual([id, revision, 'kept\u0000bytes'])
    }
    const again = startClient(second.url, { token: 'hf_ada' }).files
    const [page] = await collect(again.commits('model', 'ada/made'))
    expect(page?.commits.map(({ title }) => title)).toContain('Add a note')
  })

  test('belongs to one Hub, and what is damaged is named', async () => {
    const hub = await start()
    hub.churn(1)
    await hub.close()
    await expect(start({ seed: 4 })).rejects.toThrow(state)
    writeFileSync(state, '{')
    await expect(start()).rejects.toThrow(state)
    writeFileSync(state, '[]')
    await expect(start()).rejects.toThrow(state)
  })
})
