import type { LeaseOwner } from '../../../src/catalog/processes/lease-owner.ts'
import { renew } from '../../../src/catalog/processes/processes.ts'
import type { TestCatalog } from './catalog.ts'

/** A lease owner of this name, for which the named others are gone. */
export function testOwner(name = 'test', gone: readonly string[] = []): LeaseOwner {
  return { name, isGone: (other) => gone.includes(other) }
}

/** Sends a heartbeat of that process. */
export async function sendHeartbeat({ db }: Pick<TestCatalog, 'db'>, owner = testOwner()): Promise<void> {
  await renew(db, owner, { role: 'test', version: '1', queue: null, tasks: [], budgets: [] })
}
