import type { Kysely } from 'kysely'
import { saveBudget } from '../catalog/budgets.ts'
import type { Database } from '../catalog/schema.ts'
import type { HubClient } from '../hub/client.ts'

/** Leaves in the catalogue what this process knows of its budgets, for `hubdex status` to plan by. */
export async function keepBudgets(db: Kysely<Database>, endpoint: string, hub: HubClient): Promise<void> {
  for (const budget of Object.values(hub.budgets)) {
    const snapshot = budget.snapshot()
    if (snapshot !== undefined) await saveBudget(db, endpoint, snapshot)
  }
}
