import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { isConfirmed } from '../../../src/cli/input/confirm.ts'
import { crawledHub } from '../../support/catalog/crawled-hub.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { hubdex } from '../../support/processes/hubdex.ts'

interface Hit {
  id: string
  hubId: string
}

describe.each(anyCatalogTarget)('hubdex forget ($engine)', ({ create }) => {
  const { catalog, environment } = crawledHub(create, { repos: 60, seed: 4, quota: 0 })

  async function json(...commandLine: string[]) {
    const { code, stdout, stderr } = await hubdex([...commandLine, '--json'], environment)
    return { code, stderr, result: stdout === '' ? undefined : JSON.parse(stdout) }
  }

  async function someHits(kind: string): Promise<Hit[]> {
    return (await json('search', '--kind', kind, '--limit', '3')).result.hits
  }

  it('removes a repo from show and search, also after later crawls, until it is allowed again', async () => {
    const [{ id, hubId }] = (await someHits('model')) as [Hit]
    const { code, result } = await json('forget', id.toUpperCase(), '--kind', 'model')
    expect({ code, result }).toMatchObject({ code: 0, result: { kind: 'model', id, hubId } })
    expect(result.removed).toMatchObject({ repos: 1, repo_counters: 1 })

    await hubdex(['crawl', 'models', '--stages', 'none'], environment)
    expect((await json('show', id, '--kind', 'model')).code).toBe(1)
    const hits = (await json('search', '--kind', 'model', '--limit', '100')).result.hits
    expect(hits.map((hit: Hit) => hit.hubId)).not.toContain(hubId)
    expect((await json('forget', '--list')).result).toContainEqual(expect.objectContaining({ hubId, kind: 'model' }))
    expect((await hubdex(['forget', '--list'], environment)).stdout).toContain(hubId)

    expect((await json('forget', '--allow', hubId)).result).toEqual({ hubId, allowed: true })
    expect((await json('forget', '--allow', hubId)).code).toBe(1)
    await hubdex(['crawl', 'models', '--stages', 'none'], environment)
    expect((await json('show', id, '--kind', 'model')).result).toMatchObject({ hubId })
  })

  it('forgets nothing if several repos have the name, and lists them', async () => {
    const [{ id }] = (await someHits('dataset')) as [Hit]
    const [space] = (await someHits('space')) as [Hit]
    await catalog.rows(`update catalog.repos set id = '${id}' where hub_id = '${space.hubId}'`)

    const ambiguous = await hubdex(['forget', id], environment)
    expect(ambiguous).toMatchObject({ code: 2, stdout: '' })
    expect(ambiguous.stderr).toContain(`dataset ${id}`)
    expect(ambiguous.stderr).toContain(`space ${id} ${space.hubId}`)
    expect(await json('forget', space.hubId)).toMatchObject({ code: 0, result: { kind: 'space', id } })
    expect(await json('show', id)).toMatchObject({ code: 0, result: { kind: 'dataset' } })
    expect(await hubdex(['forget', 'nobody/nothing'], environment)).toMatchObject({ code: 1, stdout: '' })
  })

  it('refuses missing, contradictory and unknown arguments', async () => {
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
  ])('reads $given as $isYes', async ({ given, isYes }) => {
    const output = new PassThrough()
    expect(await isConfirmed('Sure? ', Readable.from([given]), output)).toBe(isYes)
    output.end()
    expect(await text(output)).toBe('Sure? ')
  })
})
