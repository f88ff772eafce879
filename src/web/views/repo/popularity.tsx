import { useState } from 'preact/hooks'
import type { historyRoute } from '../../../server/api/history.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import { useResource } from '../../api/use-resource.ts'
import { LineChart } from '../../charts/line-chart.tsx'
import { Pending } from '../../components/pending.tsx'
import { Segments } from '../../components/segments.tsx'
import { apiPath, type Repo } from './repo.ts'

type History = AnswerOf<typeof historyRoute>['history']
type Counter = 'downloads' | 'likes' | 'trendingScore'

const COUNTERS: readonly { value: Counter; name: string; label: string }[] = [
  { value: 'downloads', name: 'Downloads', label: 'Downloads in 30 days' },
  { value: 'likes', name: 'Likes', label: 'Likes' },
  { value: 'trendingScore', name: 'Trending', label: 'Trending score' },
]

/** The history of a repo's counters. */
export function Popularity({ repo }: { repo: Repo }) {
  const history = useResource<AnswerOf<typeof historyRoute>>(`${apiPath(repo)}/history`)
  const counters = COUNTERS.filter(({ value }) => repo.kind === 'model' || repo.kind === 'dataset' || value !== 'downloads')
  const [chosen, setChosen] = useState<Counter>(counters[0]?.value ?? 'likes')
  const label = counters.find(({ value }) => value === chosen)?.label ?? ''
  return (
    <section class="card" aria-labelledby="popularity">
      <div class="card-head">
        <h2 id="popularity">Popularity</h2>
        <Segments label="Counter" choices={counters} chosen={chosen} choose={setChosen} />
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
