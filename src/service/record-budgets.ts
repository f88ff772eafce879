import type { Kysely } from 'kysely'
import { saveBudget } from '../catalog/processes/budgets.ts'
import type { Database } from '../catalog/schema.ts'
import type { BudgetedHub } from './open/hub.ts'

/** Stores in the catalog what this process knows of its tokens' budgets. Other processes plan by it. */
export async function recordBudgets(db: Kysely<Database>, endpoint: string, hubs: readonly BudgetedHub[]): Promise<void> {
  for (const { budget, hub } of hubs) {
    for (const bucket of ['api', 'resolvers'] as const) {
      const snapshot = hub.budgets[bucket].snapshot()
      if (snapshot !== undefined) await saveBudget(db, endpoint, budget, snapshot)
    }
  }
}
