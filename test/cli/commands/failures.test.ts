import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordFailure } from '../../../src/catalog/stages/failures.ts'
import { openTestCatalog, type TestCatalog } from '../../support/catalog/catalog.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { environmentOf, hubdex } from '../../support/processes/hubdex.ts'

describe.each(anyCatalogTarget)('hubdex failures ($engine)', ({ create }) => {
  let catalog: TestCatalog
  let environment: Record<string, string>

  beforeAll(async () => {
    catalog = await openTestCatalog(create)
    environment = environmentOf(catalog)
    const fail = (task: string, hubId: string, cause: 'timeout' | 'gated', status: number | null = null) =>
      recordFailure(catalog.db, {
        task,
        hubId,
        kind: 'model',
        cause,
        status,
        answer: `answer for ${hubId}\u001b[2J`,
      })
    await fail('details', 'one', 'timeout')
    await fail('details', 'two', 'timeout')
    await fail('details', 'one', 'timeout')
    await fail('card', 'two', 'gated', 403)
  })
  afterAll(async () => {
    await catalog[Symbol.asyncDispose]()
  })

  it('groups failures by task and cause', async () => {
    const { stdout } = await hubdex(['failures', '--json'], environment)
    expect(JSON.parse(stdout)).toMatchObject([
      { task: 'details', cause: 'timeout', failures: 2, status: null, attempts: 2 },
      { task: 'card', cause: 'gated', failures: 1, status: 403, attempts: 1 },
    ])
    const table = await hubdex(['failures', '--cause', 'gated'], environment)
    expect(table.stdout).toMatch(/in 1\d\d m|in 2 h/)
    expect(table.stdout).toMatch(/failures +status +attempts/)
    expect(table.stdout).toMatch(/gated +1 +403 +1 /)
    expect(table.stdout).toMatch(/^card gated +answer for two/m)
    expect(table.stdout).not.toContain('timeout')
    expect(table.stdout).not.toContain('\u001b')
  })

  it('lists single failures, all or of a task', async () => {
    const all = await hubdex(['failures', '--all', '--json'], environment)
    expect(JSON.parse(all.stdout)).toHaveLength(3)
    const some = await hubdex(['failures', '--all', '--task', 'card', '--json'], environment)
    expect(JSON.parse(some.stdout)).toMatchObject([{ task: 'card', hubId: 'two', id: null, cause: 'gated', attempts: 1 }])
    const truncated = await hubdex(['failures', '--all', '--limit', '1'], environment)
    expect(truncated.stderr).toContain('--limit')
    expect((await hubdex(['failures', '--cause', 'bad-luck'], environment)).code).toBe(2)
  })

  it('makes one group due now, and leaves the others', async () => {
    const retried = await hubdex(['failures', 'retry', '--cause', 'timeout', '--task', 'details', '--json'], environment)
    expect(JSON.parse(retried.stdout)).toEqual({ retried: 2 })
    expect(await catalog.rows('select hub_id, task from catalog.failures where retry_at <= now() order by 1')).toEqual([
      { hub_id: 'one', task: 'details' },
      { hub_id: 'two', task: 'details' },
    ])
    const none = await hubdex(['failures', 'retry', '--task', 'none', '--json'], environment)
    expect(JSON.parse(none.stdout)).toEqual({ retried: 0 })
  })
})
