import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openConnection } from '../../src/catalog/connection.ts'
import { isConfirmed } from '../../src/cli/forget.ts'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { catalogTargets, type TestTarget } from '../support/embedded.ts'
import { environmentOf, hubdex } from '../support/hubdex.ts'

interface Hit {
  id: string
  hubId: string
}

// The commands are the same on either engine; opening a real Postgres takes no second.
describe.each(catalogTargets.slice(-1))('hubdex forget ($engine)', ({ create }) => {
  let hub: SampleHub
  let catalog: TestTarget
  let environment: Record<string, string>

  beforeAll(async () => {
    hub = await createSampleHub({ repos: 60, seed: 4, quota: 0 })
    catalog = await create()
    environment = { HF_ENDPOINT: hub.url, ...environmentOf(catalog) }
    expect(await hubdex(['crawl', '--json', '--stages', 'none'], environment)).toMatchObject({ code: 0 })
  })
  afterAll(async () => {
    await hub.close()
    await catalog.remove()
  })

  async function json(...commandLine: string[]) {
    const { code, stdout, stderr } = await hubdex([...commandLine, '--json'], environment)
    return { code, stderr, result: stdout === '' ? undefined : JSON.parse(stdout) }
  }

  async function someHits(kind: string): Promise<Hit[]> {
    return (await json('search', '--kind', kind, '--limit', '3')).result.hits
  }

  it('takes a repo out of SQL, show and search, for every crawl to come, until it is allowed again', async () => {
    const [{ id, hubId }] = (await someHits('model')) as [Hit]
    const { code, result } = await json('forget', id.toUpperCase(), '--kind', 'model')
    expect({ code, result }).toMatchObject({ code: 0, result: { kind: 'model', id, hubId } })
    expect(result.removed).toMatchObject({ repos: 1, repo_counters: 1 })

    await hubdex(['crawl', 'models', '--stages', 'none'], environment)
    expect((await json('show', id, '--kind', 'model')).code).toBe(1)
    const hits = (await json('search', '--kind', 'model', '--limit', '100')).result.hits
    expect(hits.map((hit: Hit) => hit.hubId)).not.toContain(hubId)
    expect((await json('forget', '--list')).result).toMatchObject([{ hubId, kind: 'model' }])
    expect((await hubdex(['forget', '--list'], environment)).stdout).toContain(hubId)

    expect((await json('forget', '--allow', hubId)).result).toEqual({ hubId, allowed: true })
    expect((await json('forget', '--allow', hubId)).code).toBe(1)
    await hubdex(['crawl', 'models', '--stages', 'none'], environment)
    expect((await json('show', id, '--kind', 'model')).result).toMatchObject({ hubId })
  })

  it('forgets nothing where a name means several repos, and says which', async () => {
    const [{ id }] = (await someHits('dataset')) as [Hit]
    const [space] = (await someHits('space')) as [Hit]
    const connection = await openConnection(catalog.target)
    await connection.pool.query('update catalog.repos set id = $1 where hub_id = $2', [id, space.hubId])
    await connection.close()

    const ambiguous = await hubdex(['forget', id], environment)
    expect(ambiguous).toMatchObject({ code: 2, stdout: '' })
    expect(ambiguous.stderr).toContain(`dataset ${id}`)
    expect(ambiguous.stderr).toContain(`space ${id} ${space.hubId}`)
    expect(await json('forget', space.hubId)).toMatchObject({ code: 0, result: { kind: 'space', id } })
    expect(await json('show', id)).toMatchObject({ code: 0, result: { kind: 'dataset' } })
    expect(await hubdex(['forget', 'nobody/nothing'], environment)).toMatchObject({ code: 1, stdout: '' })
  })

  it('wants to know what to do', async () => {
    expect((await hubdex(['forget'], environment)).code).toBe(2)
    expect((await hubdex(['forget', 'a/b', '--list'], environment)).code).toBe(2)
    expect((await hubdex(['forget', 'a/b', '--kind', 'modle'], environment)).code).toBe(2)
  })
})

describe('the question before a repo is forgotten', () => {
  it.each([
    { given: 'y\n', isYes: true },
    { given: ' YES \n', isYes: true },
    { given: '\n', isYes: false },
    { given: 'no\ny\n', isYes: false },
    { given: '', isYes: false },
  ])('takes $given for $isYes', async ({ given, isYes }) => {
    const output = new PassThrough()
    expect(await isConfirmed('Sure? ', Readable.from([given]), output)).toBe(isYes)
    output.end()
    expect(await text(output)).toBe('Sure? ')
  })
})
