import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyCatalogTarget, type TestTarget } from '../support/catalog/embedded.ts'
import { sharedHub } from '../support/hub/sample-hub.ts'
import { environmentOf } from '../support/processes/hubdex.ts'
import { startHubdex, untilLogged } from '../support/processes/hubdex-process.ts'

const SECRETS = {
  HF_TOKEN: 'hf_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  HUBDEX_WEBHOOK_SECRET: 'a-secret-of-webhooks-for-the-test',
  HUBDEX_OPERATOR_TOKEN: 'a-token-of-operators-for-the-test',
}

describe('the log of a long-running command', () => {
  const hub = sharedHub({ repos: 60, seed: 3, quota: 0 })
  let target: TestTarget

  beforeAll(async () => {
    const [kind] = anyCatalogTarget
    if (kind === undefined) throw new Error('No catalog is available for tests.')
    target = await kind.create({ hasSchema: true })
  })
  afterAll(async () => {
    await target.remove()
  })

  it('has only JSON lines with the run of the schedule and the repo, and no secret', async () => {
    const command = startHubdex(['up'], {
      ...{ HF_ENDPOINT: hub.url, HUBDEX_PORT: '0', HUBDEX_LOG_LEVEL: 'debug', HUBDEX_LOG_FORMAT: 'json' },
      ...{ HUBDEX_SCHEDULE_STAGES: '* * * * * *', HUBDEX_SCHEDULE_JITTER_SECS: '0' },
      ...SECRETS,
      ...environmentOf(target),
    })
    // A stage may begin before the run that crawled its repo is recorded as done.
    await untilLogged(command, '"event":"run-ended","job":"full","state":"done"', '"task":"card"')
    command.child.kill('SIGTERM')
    const { stdout, stderr } = await command.result
    const entries = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    const done = entries.find(({ event, job }) => event === 'run-ended' && job === 'full')
    expect(done).toMatchObject({ level: 'info', role: 'up', state: 'done', run: expect.any(String) })
    const { run } = done ?? {}
    const pass = {
      level: 'debug',
      event: 'pass-ended',
      run,
      pass: expect.any(String),
      kind: 'model',
      scope: 'full',
      state: 'complete',
    }
    expect(entries).toContainEqual(expect.objectContaining(pass))
    expect(entries).toContainEqual(expect.objectContaining({ run, task: 'pass', key: 'full model' }))
    expect(entries).toContainEqual(
      expect.objectContaining({ task: 'card', repo: { hubId: expect.any(String) }, run: expect.any(String) }),
    )
    for (const secret of Object.values(SECRETS)) expect(stdout + stderr).not.toContain(secret)
  })
})
