import { numberText } from '../text/numbers.ts'
import { shortened, UserText } from '../text/user-text.tsx'

interface BarListProps {
  /** What the values are. */
  label: string
  bars: readonly { name: string; value: number }[]
}

/** Horizontal bars with their names and values: a list that is read as it is seen. */
export function BarList({ label, bars }: BarListProps) {
  const most = Math.max(...bars.map(({ value }) => Math.abs(value)), Number.MIN_VALUE)
  return (
    <figure class="card">
      <figcaption class="soft small bar-caption">
        <UserText>{label}</UserText>
      </figcaption>
      <ol class="bar-list">
        {bars.map(({ name, value }, index) => (
          <li key={index}>
            <span class="one-line">
              <UserText>{shortened(name, 100)}</UserText>
            </span>
            <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
              <rect width={(Math.abs(value) / most) * 100} height="1" />
            </svg>
            <span class="number">{numberText(value)}</span>
          </li>
        ))}
      </ol>
    </figure>
  )
}
