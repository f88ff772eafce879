import { type Bucket, Budget, type BudgetOptions } from './budget.ts'

/** The budgets of one token, one per bucket. Clients of one process with the same token share them. */
export interface Budgets {
  readonly api: Budget
  readonly resolvers: Budget
}

export function createBudgets(options: BudgetOptions = {}): Budgets {
  return { api: new Budget('api', options), resolvers: new Budget('resolvers', options) }
}

/** The bucket that the Hub charges for a path. */
export function bucketOf(path: string): Bucket {
  return path.includes('/resolve/') ? 'resolvers' : 'api'
}
