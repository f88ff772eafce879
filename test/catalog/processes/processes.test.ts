import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { createLeaseOwner } from '../../../src/catalog/processes/lease-owner.ts'
import {
  catalogId,
  liveWorkers,
  refuseOutgrownSchema,
  renew,
  SchemaOutgrown,
  signOff,
} from '../../../src/catalog/processes/processes.ts'
import { openTestCatalog, sharedCatalog } from '../../support/catalog/catalog.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'

const WORKER = { role: 'worker', version: '1.2.3', queue: 'redis a', tasks: ['card'], budgets: ['0a1b2c3d'] }

describe.each(anyCatalogTarget)('the processes of a catalog ($engine)', ({ create }) => {
  const me = createLeaseOwner()
  const catalog = sharedCatalog(create)

  const workers = async () => (await liveWorkers(catalog.db, 'redis a', me)).map(({ budgets }) => budgets)

  it('are listed with their tasks while they live, and no longer once they have signed off', async () => {
    const other = createLeaseOwner()
    await renew(catalog.db, me, WORKER)
    await renew(catalog.db, other, { ...WORKER, budgets: ['anonymous'] })
    expect((await workers()).sort()).toEqual([['0a1b2c3d'], ['anonymous']])
    await signOff(catalog.db, other)
    expect(await workers()).toEqual([['0a1b2c3d']])
  })

  it('count as workers of a queue only if they take its tasks', async () => {
    await renew(catalog.db, me, { ...WORKER, tasks: [] })
    await renew(catalog.db, createLeaseOwner(), { ...WORKER, queue: 'redis b' })
    await renew(catalog.db, createLeaseOwner(), { ...WORKER, queue: null })
    expect(await workers()).toEqual([])
  })

  it('are deleted when they have died or have sent no heartbeat for a minute', async () => {
    const killed = { ...me, name: `${hostname()}/4194305/x` }
    const silent = { ...me, name: 'elsewhere/1/x' }
    for (const other of [killed, silent]) await renew(catalog.db, other, WORKER)
    await catalog.rows(
      `update catalog.processes set heartbeat_at = now() - interval '61 seconds' where lease_owner = 'elsewhere/1/x'`,
    )
    expect(await workers()).toEqual([])
    await renew(catalog.db, me, WORKER)
    expect(await catalog.value('select count(*)::int from catalog.processes')).toBe(1)
  })

  it('continue after an additive migration that they do not know, and stop after an incompatible one', async () => {
    await catalogId(catalog.db)
    await expect(refuseOutgrownSchema(catalog.db)).resolves.toBeUndefined()
    await catalog.rows(`update catalog.identity set min_migration = '9999-later'`)
    await expect(refuseOutgrownSchema(catalog.db)).rejects.toThrow(SchemaOutgrown)
    await expect(refuseOutgrownSchema(catalog.db)).rejects.toThrow('9999-later')
  })

  it('stop if they are older than leases that refer to processes, which they check after their heartbeat', async () => {
    const beat = `insert into catalog.processes (role, version, queue, tasks, budgets, holder)
      values ('worker', '0.1.0', null, '{}', '{}', 'elsewhere/1/x')
      on conflict (holder) do update set queue = null, heartbeat_at = now()`
    for (const sql of [beat, beat, `delete from catalog.processes where holder = 'elsewhere/1/x'`]) await catalog.rows(sql)
    const fresh = await openTestCatalog(create)
    expect(await fresh.value('select min_migration from catalog.identity')).toBe('0034-mirror')
    await fresh[Symbol.asyncDispose]()
  })

  it('agree on one permanent id of the catalog', async () => {
    const [first, second] = await Promise.all([catalogId(catalog.db), catalogId(catalog.db)])
    expect(first).toMatch(/^[0-9a-f-]{36}$/)
    expect([second, await catalogId(catalog.db)]).toEqual([first, first])
  })
})
