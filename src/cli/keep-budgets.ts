import type { Kysely } from 'kysely'
import { saveBudget } from '../catalog/budgets.ts'
import type { Database } from '../catalog/schema.ts'
import type { HubClient } from '../hub/client.ts'

/** Leaves in the catalogue what this process knows of its budgets, those of all tokens together, for others to plan by. */
export async function keepBudgets(db: Kysely<Database>, endpoint: string, hubs: readonly HubClient[]): Promise<void> {
  for (const bucket of ['api', 'resolvers'] as const) {
    const snapshots = hubs.flatMap((hub) => hub.budgets[bucket].snapshot() ?? [])
    const [first] = snapshots
    if (first === undefined) continue
    const sum = (of: 'remaining' | 'quota'): number => snapshots.reduce((total, snapshot) => total + snapshot[of], 0)
    const resetAtMs = Math.max(...snapshots.map((snapshot) => snapshot.resetAtMs))
    await saveBudget(db, endpoint, { ...first, remaining: sum('remaining'), quota: sum('quota'), resetAtMs })
  }
}
