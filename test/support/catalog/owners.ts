import type { LeaseOwner } from '../../../src/catalog/processes/lease-owner.ts'
import { renew } from '../../../src/catalog/processes/processes.ts'
import type { TestCatalog } from './catalog.ts'

/** A lease owner of this name, which knows that the named others have ended. */
export function testOwner(name = 'test', gone: readonly string[] = []): LeaseOwner {
  return { name, isGone: (other) => gone.includes(other) }
}

/** Sends a heartbeat of that process. */
export async function beat({ db }: Pick<TestCatalog, 'db'>, owner = testOwner()): Promise<void> {
  await renew(db, owner, { role: 'test', version: '1', queue: null, tasks: [], budgets: [] })
}
