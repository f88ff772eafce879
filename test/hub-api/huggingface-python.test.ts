import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { DRIVEN_HUB } from './driven-hub.ts'
import { endpointOf } from './endpoints.ts'
import { pythonWithClient } from './huggingface-python/environment.ts'
import { type Calls, expectCalls } from './recorder.ts'

interface Check {
  readonly check: string
  readonly function: string
  readonly requests: readonly string[]
  readonly error: string | null
}

test('huggingface_hub and its command hf do with this Hub what they do with the real one', async (context) => {
  const environment = await pythonWithClient()
  if ('reason' in environment) {
    console.warn(`The test of huggingface_hub is skipped. ${environment.reason}`)
    return context.skip()
  }
  const folder = mkdtempSync(join(temporaryFolder(), 'hub-api-'))
  const hub = await createSampleHub(DRIVEN_HUB)
  onTestFinished(async () => {
    await hub.close()
    rmSync(folder, { recursive: true })
  })
  const checks = await drive(environment.python, hub.url, folder)
  const broken = checks.filter(({ error }) => error !== null)
  expect(broken.map(({ check, error }) => `${check}\n${error}`)).toEqual([])
  expect(checks.length).toBeGreaterThan(100)

  const calls: Calls = new Map()
  for (const { function: name, requests } of checks.filter((one) => one.function !== '')) {
    const seen = calls.get(name) ?? new Set()
    calls.set(name, seen)
    for (const request of requests) seen.add(endpointOf(...(request.split(' ') as [string, string])))
  }
  await expectCalls('huggingface-python', calls)
})

/** One process for all checks: to load the client takes longer than a check. */
async function drive(python: string, hubUrl: string, folder: string): Promise<Check[]> {
  const script = join(import.meta.dirname, 'huggingface-python', 'drive.py')
  const child = spawn(python, [script], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      TMPDIR: folder,
      HF_HOME: join(folder, 'home'),
      HF_ENDPOINT: hubUrl,
      HF_TOKEN: 'hf_ada',
      HF_HUB_DISABLE_TELEMETRY: '1',
      HF_HUB_DISABLE_PROGRESS_BARS: '1',
      HF_HUB_DISABLE_XET: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let complaints = ''
  child.stderr.on('data', (text) => {
    complaints += text
  })
  const checks: Check[] = []
  const closed = once(child, 'close')
  for await (const line of createInterface({ input: child.stdout })) checks.push(JSON.parse(line))
  const [code] = await closed
  expect([code, code === 0 ? '' : complaints]).toEqual([0, ''])
  return checks
}
