import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freshHub } from '../../../support/hub/sample-hub.ts'
import { hubdex } from '../../../support/processes/hubdex.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const hub = freshHub({
  quota: 0,
  payloads: { models: [{ id: 'ada/m' }, { id: 'lab/m' }], datasets: [{ id: 'ada/rows' }] },
})

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(temporaryFolder(), 'hubdex-test-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function run(...line: string[]) {
  const environment = { HF_ENDPOINT: hub.url, HF_TOKEN: 'hf_ada', HUBDEX_RETRIES: '0' }
  const { code, stdout, stderr } = await hubdex(['hub', ...line, '--json'], environment)
  return { code, stderr, result: stdout === '' ? undefined : JSON.parse(stdout) }
}

function local(path: string, content = path): string {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), content)
  return join(folder, path)
}

const pathsOf = async (id = 'ada/m', ...flags: string[]) =>
  (await run('files', 'ls', id, '--recursive', ...flags)).result
    .filter(({ type }: { type: string }) => type === 'file')
    .map(({ path }: { path: string }) => path)
const read = async (path: string, revision = 'main') => (await fetch(`${hub.url}/ada/m/resolve/${revision}/${path}`)).text()

describe('hubdex hub files upload', () => {
  test('commits files under their names and folders with what is in them, without that of git', async () => {
    const made = await run('files', 'upload', 'ada/m', local('a.txt', 'first'), '--message', 'Add a')
    expect(made).toMatchObject({
      code: 0,
      result: { kind: 'model', id: 'ada/m', paths: ['a.txt'], commit: expect.stringMatching(/^[0-9a-f]{40}$/) },
    })
    local('folder/b.txt')
    local('folder/deep/c.txt')
    local('folder/.git/config')
    symlinkSync(join(folder, 'a.txt'), join(folder, 'folder', 'link'))
    await run('files', 'upload', 'ada/m', join(folder, 'folder'), '--to', '/data/')
    expect(await pathsOf()).toEqual(['.gitattributes', 'README.md', 'a.txt', 'data/b.txt', 'data/deep/c.txt'])
    expect(await read('a.txt')).toBe('first')
    const { result: commits } = await run('files', 'commits', 'ada/m')
    expect(commits.slice(0, 2).map(({ title }: { title: string }) => title)).toEqual(['Upload 2 files', 'Add a'])
  })

  test('gives a single file another name, on a branch or as a pull request', async () => {
    const draft = local('draft.md', '---\nlicense: mit\n---\n')
    await run('files', 'upload', 'ada/m', draft, '--as', 'README.md')
    expect((await run('info', 'ada/m')).result.tags).toContain('license:mit')
    await run('repo', 'branch', 'create', 'ada/m', 'dev')
    await run('files', 'upload', 'ada/m', draft, '--revision', 'dev')
    expect([await pathsOf(), await pathsOf('ada/m', '--revision', 'dev')]).toEqual([
      ['.gitattributes', 'README.md'],
      ['.gitattributes', 'README.md', 'draft.md'],
    ])
    const { result } = await run('files', 'upload', 'ada/m', draft, '--pull-request')
    expect(result.pullRequestUrl).toBe(`${hub.url}/ada/m/discussions/1`)
    expect(await read('draft.md', 'refs%2Fpr%2F1')).toContain('mit')
  })

  test('changes nothing with --dry-run, and when the branch is at another commit', async () => {
    const file = local('a.txt')
    expect(await run('files', 'upload', 'ada/m', file, '--dry-run')).toMatchObject({
      code: 0,
      result: { dryRun: true, change: expect.stringContaining('a.txt') },
    })
    const late = await run('files', 'upload', 'ada/m', file, '--parent', 'a'.repeat(40))
    expect([late.code, late.stderr.includes('412')]).toEqual([1, true])
    expect(await pathsOf()).toEqual(['.gitattributes', 'README.md'])
  })

  test('refuses what it cannot upload before it asks the Hub', async () => {
    const [a, b] = [local('a.txt'), local('b/a.txt')]
    mkdirSync(join(folder, 'empty'))
    for (const line of [[join(folder, 'none')], [join(folder, 'empty')], [a, b], [a, join(folder, 'b'), '--as', 'x']]) {
      expect((await run('files', 'upload', 'ada/m', ...line)).code).toBe(2)
    }
    const file = local('large.txt')
    truncateSync(file, 65 * 1024 * 1024)
    expect((await run('files', 'upload', 'ada/m', file)).code).toBe(2)
    expect(hub.requests.total).toBe(0)
    truncateSync(file, 41 * 1024 * 1024)
    const large = await run('files', 'upload', 'ada/m', file)
    expect([large.code, large.stderr.includes('large.txt')]).toEqual([1, true])
    expect((await run('files', 'upload', 'lab/m', a)).stderr).toContain('403')
  })
})

test('hubdex hub files delete deletes files and folders in one commit, after a confirmation', async () => {
  local('folder/data/b.txt')
  local('folder/data/deep/c.txt')
  await run('files', 'upload', 'ada/m', local('a.txt'), join(folder, 'folder'))
  expect((await run('files', 'delete', 'ada/m', 'a.txt')).code).toBe(2)
  expect(await run('files', 'delete', 'ada/m', 'a.txt', 'data/deep/', '--yes')).toMatchObject({
    code: 0,
    result: { paths: ['a.txt', 'data/deep/'] },
  })
  expect(await pathsOf()).toEqual(['.gitattributes', 'README.md', 'data/b.txt'])
  expect((await run('files', 'delete', 'ada/m', 'a.txt', '--yes')).stderr).toContain('404')
})

test.each(['branch', 'tag'])('hubdex hub repo %s creates and deletes a ref', async (ref) => {
  const { result } = await run('files', 'upload', 'ada/rows', local('a.txt'), '--kind', 'dataset')
  const line = ['repo', ref, 'create', 'ada/rows', 'v1', '--kind', 'dataset']
  expect(await run(...line, '--dry-run')).toMatchObject({ code: 0, result: { dryRun: true } })
  expect(await run(...line, '--revision', result.commit)).toMatchObject({ code: 0, result: { [ref]: 'v1' } })
  const refs = async () => (await run('files', 'refs', 'ada/rows', '--kind', 'dataset')).result
  const group = ref === 'branch' ? 'branches' : 'tags'
  expect((await refs())[group]).toContainEqual({ name: 'v1', ref: expect.any(String), targetCommit: result.commit })
  expect((await run(...line)).stderr).toContain('409')
  expect((await run(...line.with(3, 'ada/none'))).stderr).toContain('404')
  const removal = ['repo', ref, 'delete', 'ada/rows', 'v1', '--kind', 'dataset']
  expect((await run(...removal)).code).toBe(2)
  expect(await run(...removal, '--yes')).toMatchObject({ code: 0, result: { deleted: true } })
  expect((await refs())[group].some(({ name }: { name: string }) => name === 'v1')).toBe(false)
  expect((await run(...removal, '--yes')).stderr).toContain('404')
})
