import { useState } from 'preact/hooks'
import type { historyRoute } from '../../../server/api/history.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import { useResource } from '../../api/use-resource.ts'
import { LineChart } from '../../charts/line-chart.tsx'
import { Pending } from '../../components/pending.tsx'
import { apiPath, type Repo } from './repo.ts'

type History = AnswerOf<typeof historyRoute>['history']
type Counter = 'downloads' | 'likes' | 'trendingScore'

const COUNTERS: readonly { key: Counter; label: string }[] = [
  { key: 'downloads', label: 'Downloads in 30 days' },
  { key: 'likes', label: 'Likes' },
  { key: 'trendingScore', label: 'Trending score' },
]

/** The history of a repo's counters. */
export function Popularity({ repo }: { repo: Repo }) {
  const history = useResource<AnswerOf<typeof historyRoute>>(`${apiPath(repo)}/history`)
  const counters = COUNTERS.filter(({ key }) => repo.kind === 'model' || repo.kind === 'dataset' || key !== 'downloads')
  const [chosen, setChosen] = useState<Counter>(counters[0]?.key ?? 'likes')
  const label = counters.find(({ key }) => key === chosen)?.label ?? ''
  return (
    <section class="card" aria-labelledby="popularity">
      <div class="card-head">
        <h2 id="popularity">Popularity</h2>
        <fieldset class="segments" aria-label="Counter">
          {counters.map(({ key, label: name }) => (
            <button
              key={key}
              type="button"
              class="button is-small"
              aria-pressed={key === chosen}
              onClick={() => setChosen(key)}
            >
              {name.split(' ')[0]}
            </button>
          ))}
        </fieldset>
      </div>
      {history.data === undefined ? (
        <Pending resource={history} what="history" />
      ) : (
        <CounterChart history={history.data.history} counter={chosen} label={label} />
      )}
    </section>
  )
}

function CounterChart({ history, counter, label }: { history: History; counter: Counter; label: string }) {
  const points = history.filter((day) => day[counter] !== null).toReversed()
  if (points.length < 2) {
    return (
      <p class="soft chart-empty">
        {points.length === 0 ? 'No history is known yet.' : 'Only one day is known yet.'} hubdex stores the counters of each day
        on which they change. A line appears from the second such day on.
      </p>
    )
  }
  return (
    <LineChart
      label={label}
      series={[{ name: label, points: points.map((day) => ({ day: day.day, value: day[counter] ?? 0 })) }]}
    />
  )
}
