import { CircleCheck, Info, TriangleAlert } from 'lucide'
import { Icon } from '../../components/icon.tsx'
import type { Status } from './status.ts'

const GOOD = ['complete', 'stages-done']
const NEUTRAL = ['stages-due', 'stages-unconfirmed']

/** The findings in sentences. */
export function Verdict({ status: { verdict, endpoint } }: { status: Status }) {
  return (
    <section class="card" aria-labelledby="verdict">
      <div class="card-head">
        <h2 id="verdict">Overall</h2>
        <span class="soft small mono">{endpoint}</span>
      </div>
      <ul class="findings">
        {verdict.map(({ code, text }) => {
          const tone = GOOD.includes(code) ? 'good' : NEUTRAL.includes(code) ? 'plain' : 'warn'
          const icon = tone === 'good' ? CircleCheck : tone === 'plain' ? Info : TriangleAlert
          return (
            <li key={code} class={`finding is-${tone}`}>
              <Icon icon={icon} size={18} />
              <span>{text.replaceAll('`', '')}</span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
