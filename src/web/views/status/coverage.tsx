import { spanText } from '../../../output/ages.ts'
import { numberText, percentText } from '../../text/numbers.ts'
import type { Status } from './status.ts'

/** How much of each stage was fetched. */
export function Coverage({ status: { stages } }: { status: Status }) {
  return (
    <section class="card" aria-labelledby="coverage">
      <h2 id="coverage">Coverage</h2>
      <ul class="meters">
        {stages.map(({ stage, coverage, done, absent, due, waiting, backlogSecs }) => (
          <li key={stage}>
            <div class="meter-line">
              <span>{stage}</span>
              <span class="number">{percentText(coverage)}</span>
            </div>
            <progress class="meter" max={1} value={coverage} aria-label={`Coverage of ${stage}`} />
            <p class="soft small">
              {numberText(done)} fetched, {numberText(absent)} have none, {numberText(due)} due
              {waiting > 0 && `, ${numberText(waiting)} failed`}
              {due > 0 && backlogSecs !== null && `; ${spanText(backlogSecs)} at this budget`}
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}
