import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { createHolder } from '../../src/catalog/holder.ts'
import {
  catalogueId,
  keepProcess,
  leaveProcess,
  liveWorkers,
  refuseOutgrownSchema,
  SchemaOutgrown,
} from '../../src/catalog/processes.ts'
import { sharedCatalog } from '../support/catalog.ts'
import { anyCatalogTarget } from '../support/embedded.ts'

const WORKER = { role: 'worker', version: '1.2.3', queue: 'redis a', tasks: ['card'], budgets: ['0a1b2c3d'] }

describe.each(anyCatalogTarget)('the processes over a catalogue ($engine)', ({ create }) => {
  const check = createHolder()
  const catalog = sharedCatalog(create)

  const workers = async () => (await liveWorkers(catalog.db, 'redis a', check)).map(({ budgets }) => budgets)

  it('are known with what they take while they live, and no longer when they have signed off', async () => {
    const other = createHolder()
    await keepProcess(catalog.db, WORKER, check)
    await keepProcess(catalog.db, { ...WORKER, budgets: ['anonymous'] }, other)
    expect((await workers()).sort()).toEqual([['0a1b2c3d'], ['anonymous']])
    await leaveProcess(catalog.db, other.holder)
    expect(await workers()).toEqual([['0a1b2c3d']])
  })

  it('count as workers of a queue only where they take its tasks', async () => {
    await keepProcess(catalog.db, { ...WORKER, tasks: [] }, check)
    await keepProcess(catalog.db, { ...WORKER, queue: 'redis b' }, createHolder())
    await keepProcess(catalog.db, { ...WORKER, queue: null }, createHolder())
    expect(await workers()).toEqual([])
  })

  it('are forgotten when they have died or were silent for a minute', async () => {
    const killed = { ...createHolder(), holder: `${hostname()}/4194305/x` }
    const silent = { ...createHolder(), holder: 'elsewhere/1/x' }
    for (const other of [killed, silent]) await keepProcess(catalog.db, WORKER, other)
    await catalog.rows(
      `update catalog.processes set heartbeat_at = now() - interval '61 seconds' where holder = 'elsewhere/1/x'`,
    )
    expect(await workers()).toEqual([])
    await keepProcess(catalog.db, WORKER, check)
    expect(await catalog.value('select count(*)::int from catalog.processes')).toBe(1)
  })

  it('go on after an additive migration that they do not know, and end after one that they cannot live with', async () => {
    await catalogueId(catalog.db)
    await expect(refuseOutgrownSchema(catalog.db)).resolves.toBeUndefined()
    await catalog.rows(`update catalog.identity set needs_migration = '9999-later'`)
    await expect(refuseOutgrownSchema(catalog.db)).rejects.toThrow(SchemaOutgrown)
    await expect(refuseOutgrownSchema(catalog.db)).rejects.toThrow(/9999-later.*Start the newer version/)
  })

  it('agree on one number of the catalogue, which stays', async () => {
    const [first, second] = await Promise.all([catalogueId(catalog.db), catalogueId(catalog.db)])
    expect(first).toMatch(/^[0-9a-f-]{36}$/)
    expect([second, await catalogueId(catalog.db)]).toEqual([first, first])
  })
})
