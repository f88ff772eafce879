import { useRef } from 'preact/hooks'
import { spanText, untilText } from '../../../output/ages.ts'
import { numberText } from '../../text/numbers.ts'
import { Age } from '../../text/time.tsx'
import type { Status } from './status.ts'

const MAX_READINGS = 120
/** Fewer do not fill the width. */
const MIN_READINGS = 20

/** What the Hub allows: requests left per bucket, and how they went while this page was open. */
export function Budgets({ status: { budgets, readAt } }: { status: Status }) {
  const readings = useRef(new Map<string, number[]>())
  const lastReadAt = useRef('')
  if (lastReadAt.current !== readAt) {
    lastReadAt.current = readAt
    for (const budget of budgets) {
      const key = keyOf(budget)
      readings.current.set(key, [...(readings.current.get(key) ?? []), shareLeft(budget, readAt)].slice(-MAX_READINGS))
    }
  }
  return (
    <section class="card" aria-labelledby="budget">
      <h2 id="budget">Budget</h2>
      {budgets.length === 0 ? (
        <p class="soft">No answer of the Hub has named a quota yet.</p>
      ) : (
        <ul class="meters">
          {budgets.map((budget) => (
            <li key={keyOf(budget)}>
              <div class="meter-line">
                <span>
                  {budget.bucket} <span class="soft small">{budget.budget}</span>
                </span>
                <span class="number">
                  {numberText(leftNow(budget, readAt))} of {numberText(budget.quota)} left
                </span>
              </div>
              <progress
                class="meter"
                max={1}
                value={shareLeft(budget, readAt)}
                aria-label={`Requests left of ${budget.bucket} ${budget.budget}`}
              />
              <Sparkline shares={readings.current.get(keyOf(budget)) ?? []} />
              <p class="soft small">
                Window of {spanText(budget.windowSecs)},{' '}
                {budget.resetAt <= readAt ? 'full again' : `reset ${untilText(new Date(budget.resetAt), new Date(readAt))}`},
                last named by the Hub <Age at={budget.seenAt} />
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

type Budget = Status['budgets'][number]

function keyOf({ budget, bucket }: Budget): string {
  return `${budget} ${bucket}`
}

/** After its reset a window is full again. */
function leftNow({ remaining, quota, resetAt }: Budget, readAt: string): number {
  return resetAt <= readAt ? quota : remaining
}

function shareLeft(budget: Budget, readAt: string): number {
  return leftNow(budget, readAt) / Math.max(1, budget.quota)
}

/** Shares from 0 to 1, oldest first. One alone is no line. */
function Sparkline({ shares }: { shares: readonly number[] }) {
  if (shares.length < 2) return null
  const step = 100 / Math.max(MIN_READINGS, shares.length - 1)
  const first = 100 - (shares.length - 1) * step
  const line = shares.map((share, index) => `${(first + index * step).toFixed(2)},${(30 - share * 28 - 1).toFixed(2)}`)
  return (
    <svg class="sparkline" viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true">
      <line class="sparkline-full" x1="0" x2="100" y1="1" y2="1" />
      <polygon points={`${first.toFixed(2)},30 ${line.join(' ')} 100,30`} />
      <polyline points={line.join(' ')} />
    </svg>
  )
}
