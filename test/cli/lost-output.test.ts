import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { anyCatalogTarget, type TestTarget } from '../support/catalog/embedded.ts'
import { environmentOf, hubdex } from '../support/processes/hubdex.ts'
import { MAIN_PROGRAM } from '../support/processes/hubdex-process.ts'
import { freePort } from '../support/servers/throwaway-server.ts'

type Destination = 'pipe' | 'closed' | 'full'

/** A device on which every write fails as on a full disk. */
const FULL = '/dev/full'
const hasFullDevice = existsSync(FULL)
const SELECT_LAST_PASS = `select state from passes where kind = 'model' and scope = 'full' order by pass_id desc limit 1`
const SOON = { timeout: 60_000, interval: 100 }
const STACK = /\n\s+at /
const IS_LOST = /ENOSPC/

describe.each(anyCatalogTarget)('a command whose output is lost ($engine)', ({ create }) => {
  let hub: SampleHub
  let target: TestTarget
  let environment: Record<string, string>
  const children: ChildProcess[] = []

  beforeAll(async () => {
    hub = await createSampleHub({ repos: 120, seed: 5, quota: 0 })
    target = await create({ hasSchema: true })
    environment = { HF_ENDPOINT: hub.url, HUBDEX_PAGE_SIZE: '20', ...environmentOf(target) }
  })
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    await hub.close()
    await target.remove()
  })

  /** Starts a process whose stdout and stderr are each a pipe, a closed pipe or a full disk. */
  function start(commandLine: readonly string[], stdout: Destination, stderr: Destination) {
    const stdio: StdioOptions = ['ignore', openDestination(stdout), openDestination(stderr)]
    const { PATH, HOME } = process.env
    const child = spawn(process.execPath, [MAIN_PROGRAM, ...commandLine], {
      env: { PATH, HOME, ...environment },
      stdio,
    })
    children.push(child)
    if (stdout === 'closed') child.stdout?.destroy()
    if (stderr === 'closed') child.stderr?.destroy()
    const result = Promise.all([
      child.stdout && stdout === 'pipe' ? text(child.stdout) : '',
      child.stderr && stderr === 'pipe' ? text(child.stderr) : '',
      once(child, 'exit'),
    ]).then(([written, log, [code]]) => ({ code: code as number | null, stdout: written, stderr: log }))
    return { child, result }
  }

  function openDestination(destination: Destination): 'pipe' | number {
    return destination === 'full' ? openSync(FULL, 'w') : 'pipe'
  }

  it('crawls to the end with its log closed, and prints its report', async () => {
    const { code, stdout } = await start(['crawl', '--stages', 'none', '--json'], 'pipe', 'closed').result
    expect(code).toBe(0)
    const { passes } = JSON.parse(stdout)
    expect(passes.map((pass: { state: string }) => pass.state)).toEqual(Array(5).fill('complete'))
  })

  it.skipIf(!hasFullDevice)('crawls to the end with its report on a full disk, and then fails', async () => {
    const { code, stderr } = await start(['crawl', 'models', '--stages', 'none'], 'full', 'pipe').result
    expect(stderr).toMatch(IS_LOST)
    expect(stderr).not.toMatch(STACK)
    expect(code).toBe(1)
    const { stdout } = await hubdex(['sql', SELECT_LAST_PASS, '--json'], environment)
    expect(JSON.parse(stdout)).toEqual([{ state: 'complete' }])
  })

  it.skipIf(!hasFullDevice).each<[Destination, Destination]>([
    ['closed', 'closed'],
    ['full', 'full'],
  ])('keeps serving with stdout %s and stderr %s, and exits cleanly by SIGHUP', async (stdout, stderr) => {
    const port = await freePort()
    const { child, result } = start(['up', '--json', '--port', String(port)], stdout, stderr)
    await vi.waitFor(async () => {
      const health = await request(`http://127.0.0.1:${port}/health`)
      await health.body.dump()
      expect(health.statusCode).toBe(200)
      const metrics = await request(`http://127.0.0.1:${port}/metrics`)
      expect(await metrics.body.text()).toMatch(/hubdex_log_lines_lost_total [1-9]/)
    }, SOON)
    // A closed terminal causes two signals, from the kernel and from the shell.
    child.kill('SIGHUP')
    child.kill('SIGHUP')
    expect((await result).code).toBe(stdout === 'full' ? 1 : 0)
  })

  const readers = [['search', '--limit', '5'], ['sql', 'select * from repos', '--format', 'csv'], ['--help']]

  it('exits quietly when its reader closes the pipe', async () => {
    const results = await Promise.all(readers.map((commandLine) => start(commandLine, 'closed', 'pipe').result))
    for (const [index, { code, stderr }] of results.entries()) {
      expect([readers[index], code, stderr]).toEqual([readers[index], 0, ''])
    }
  })

  it.skipIf(!hasFullDevice)('says in one sentence that the disk is full, and fails', async () => {
    const results = await Promise.all(readers.map((commandLine) => start(commandLine, 'full', 'pipe').result))
    for (const [index, { code, stderr }] of results.entries()) {
      expect([readers[index], code, stderr.trimEnd().split('\n').length]).toEqual([readers[index], 1, 1])
      expect(stderr).toMatch(IS_LOST)
    }
  })

  it('fails when only the beginning of its output fits on the disk', async () => {
    const file = join(inject('scratchDirectory'), 'truncated.json')
    const script = 'ulimit -f 1; exec "$0" "$@" > "$FILE"'
    const child = spawn('sh', ['-c', script, process.execPath, MAIN_PROGRAM, 'config', '--json'], {
      env: { PATH: process.env['PATH'], FILE: file },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    expect(stderr).toContain('EFBIG')
    expect(code).toBe(1)
    expect((await stat(file)).size).toBeGreaterThan(0)
  })
})
