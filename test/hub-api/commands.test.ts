import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildProgram } from '../../src/cli/program.ts'
import { hubdex } from '../support/processes/hubdex.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { expectCalls, recordingHub } from './recorder.ts'

let recording: Awaited<ReturnType<typeof recordingHub>>
let folder: string
beforeAll(async () => {
  recording = await recordingHub()
  folder = mkdtempSync(join(temporaryFolder(), 'hub-api-'))
})
afterAll(async () => {
  await recording.hub.close()
  rmSync(folder, { recursive: true })
})

/** They need a catalog, and use no other endpoints than the rest of their group. */
const WITH_A_CATALOG = ['hub collection sync']

test('every command of `hubdex hub` is driven, and its endpoints are known', async () => {
  const { hub, drive, calls } = recording
  const run = (command: string, ...rest: string[]) =>
    drive(`hub ${command}`, async () => {
      const environment = { HF_ENDPOINT: hub.url, HF_TOKEN: 'hf_ada', HUBDEX_RETRIES: '0', HUBDEX_DATA_DIR: folder }
      const line = [...command.split(' '), ...rest]
      const { code, stdout, stderr } = await hubdex(['hub', ...line, '--json'], environment)
      expect([line, code, stderr]).toEqual([line, 0, expect.any(String)])
      return stdout === '' ? undefined : JSON.parse(stdout)
    })
  const output = ['--output', join(folder, 'file')]
  const file = join(folder, 'new.txt')
  writeFileSync(file, 'new')

  await run('whoami')
  for (const kind of ['models', 'datasets', 'spaces']) await run('list', kind)
  await run('info', 'ada/m')
  await run('info', 'ada/m', '--revision', 'main')
  await run('tags', 'models')
  await run('files ls', 'ada/m')
  await run('files get', 'ada/m', 'README.md', ...output)
  await run('files upload', 'ada/m', file)
  await run('files delete', 'ada/m', 'new.txt', '--yes')
  await run('files commits', 'ada/m')
  await run('files refs', 'ada/m')
  await run('parquet ls', 'ada/rows')
  await run('parquet ls', 'ada/rows', 'default')
  await run('parquet ls', 'ada/rows', 'default', 'train')
  await run('parquet get', 'ada/rows', 'default', 'train', ...output)
  for (const what of ['is-valid', 'splits', 'parquet', 'size', 'info']) await run('viewer', what, 'ada/rows')
  await run('viewer', 'statistics', 'ada/rows', 'default', 'train')
  await run('get', '/api/tasks', ...output)

  await run('repo create', 'new')
  await run('repo settings', 'ada/new', '--gated', 'auto', '--yes')
  await run('repo duplicate', 'ada/m', 'copy')
  await run('repo move', 'ada/copy', 'ada/moved', '--yes')
  await run('repo delete', 'ada/moved', '--yes')
  for (const ref of ['branch', 'tag']) {
    await run(`repo ${ref} create`, 'ada/m', 'v1')
    await run(`repo ${ref} delete`, 'ada/m', 'v1', '--yes')
  }

  const { slug } = await run('collection create', '--title', 'List', '--namespace', 'lab')
  await run('collection add', slug, 'ada/m', 'datasets/ada/rows')
  await run('collection list')
  await run('collection show', slug)
  await run('collection update', slug, '--theme', 'pink')
  await run('collection update', slug, '--no-resource-group')
  await run('collection note', slug, 'ada/m', 'good')
  await run('collection move', slug, 'ada/m', '1')
  await run('collection remove', slug, 'ada/m', '--yes')
  await run('collection delete', slug, '--yes')

  const { id } = await run('webhook create', 'http://127.0.0.1:9/', '--watch', 'user:ada')
  await run('webhook list')
  await run('webhook update', id, '--url', 'http://127.0.0.1:9/other')
  await run('webhook disable', id)
  await run('webhook enable', id)
  hub.change.commit('model', 'ada/m')
  await hub.webhooks.settled()
  await run('webhook replay', id, hub.webhooks.deliveries(id)[0]?.id ?? '')
  await run('webhook delete', id, '--yes')

  expect([...calls.keys()].toSorted()).toEqual(
    hubCommands()
      .filter((name) => !WITH_A_CATALOG.includes(name))
      .toSorted(),
  )
  await expectCalls('commands', calls)
})

function hubCommands(): string[] {
  const host = { environment: {}, workingDirectory: '/', stdout: { write: () => true }, stderr: { write: () => true } }
  const program = buildProgram(host, () => undefined)
  const hub = program.commands.find((command) => command.name() === 'hub')
  const leaves = (command: Command, name: string): string[] => {
    const below = command.commands.filter((one) => one.name() !== 'help')
    return below.length === 0 ? [name] : below.flatMap((one) => leaves(one, `${name} ${one.name()}`))
  }
  return hub === undefined ? [] : leaves(hub, 'hub')
}
