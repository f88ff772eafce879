import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { anyCatalogTarget, type TestTarget } from '../support/embedded.ts'
import { environmentOf } from '../support/hubdex.ts'
import { startHubdex, untilLogged } from '../support/hubdex-process.ts'

const SECRETS = {
  HF_TOKEN: 'hf_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  HUBDEX_WEBHOOK_SECRET: 'a-secret-of-webhooks-for-the-test',
  HUBDEX_OPERATOR_TOKEN: 'a-token-of-operators-for-the-test',
}

describe('the log of a command that runs for long', () => {
  let hub: SampleHub
  let target: TestTarget

  beforeAll(async () => {
    hub = await createSampleHub({ repos: 60, seed: 3, quota: 0 })
    const [kind] = anyCatalogTarget
    if (kind === undefined) throw new Error('There is no catalogue to test with.')
    target = await kind.create()
  })
  afterAll(async () => {
    await hub.close()
    await target.remove()
  })

  it('is a JSON object a line, with job, pass and repo as fields, and holds no secret', async () => {
    const command = startHubdex(['up'], {
      ...{ HF_ENDPOINT: hub.url, HUBDEX_PORT: '0', HUBDEX_LOG_LEVEL: 'debug', HUBDEX_LOG_FORMAT: 'json' },
      ...SECRETS,
      ...environmentOf(target),
    })
    await untilLogged(command, 'full: done')
    command.child.kill('SIGTERM')
    const { stdout, stderr } = await command.result
    const lines = stderr.split('\n').filter((line) => line.startsWith('{'))
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(entries).toContainEqual(
      expect.objectContaining({
        level: 'info',
        role: 'up',
        job: 'full',
        message: expect.stringMatching(/^full: done/),
      }),
    )
    expect(entries).toContainEqual(
      expect.objectContaining({
        level: 'debug',
        pass: expect.any(String),
        kind: 'model',
        scope: 'full',
        state: 'complete',
      }),
    )
    for (const secret of Object.values(SECRETS)) expect(stdout + stderr).not.toContain(secret)
  })
})
