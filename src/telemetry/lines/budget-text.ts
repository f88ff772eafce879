import type { BudgetSnapshot } from '../../hub/budget/budget.ts'
import { formatDuration } from '../../output/format.ts'
import { formatNumber } from '../../util/format-number.ts'

/** The rest of the Hub's request quota as text; empty if the Hub does not report it. */
export function budgetText(budget: BudgetSnapshot | undefined, nowMs: number): string {
  if (budget === undefined) return ''
  const reset = formatDuration((budget.resetAtMs - nowMs) / 1000)
  const { remaining, quota } = budget
  return `${formatNumber(remaining)} of ${formatNumber(quota)} requests left, resets in ${reset}`
}
