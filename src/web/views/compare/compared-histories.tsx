import { useEffect, useState } from 'preact/hooks'
import type { historyRoute } from '../../../server/api/history.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import { request } from '../../api/request.ts'
import { LineChart } from '../../charts/line-chart.tsx'
import { Segments } from '../../components/segments.tsx'
import { apiPath, type Repo } from '../repo/repo.ts'

type Day = AnswerOf<typeof historyRoute>['history'][number]
type Counter = 'downloads' | 'likes'

const COUNTERS: readonly { value: Counter; name: string }[] = [
  { value: 'downloads', name: 'Downloads' },
  { value: 'likes', name: 'Likes' },
]

/** The histories of all compared repos on one chart. */
export function ComparedHistories({ repos }: { repos: readonly Repo[] }) {
  const [counter, setCounter] = useState<Counter>(repos.every(({ kind }) => kind === 'space') ? 'likes' : 'downloads')
  const histories = useHistories(repos)
  const series = repos
    .map((repo, index) => ({ name: repo.id, points: pointsOf(histories?.[index] ?? [], counter) }))
    .filter(({ points }) => points.length > 0)
  const isDrawable = series.some(({ points }) => points.length > 1)
  return (
    <section class="card" aria-labelledby="histories">
      <div class="card-head">
        <h2 id="histories">Popularity</h2>
        <Segments label="Counter" choices={COUNTERS} chosen={counter} choose={setCounter} />
      </div>
      {histories === undefined ? (
        <p class="soft">Loading the histories.</p>
      ) : isDrawable ? (
        <LineChart label={counter === 'downloads' ? 'Downloads in 30 days' : 'Likes'} series={series} />
      ) : (
        <p class="soft">Fewer than two days are known yet. hubdex stores the counters of each day on which they change.</p>
      )}
    </section>
  )
}

/** Undefined until all have arrived. One that fails is empty. */
function useHistories(repos: readonly Repo[]): readonly (readonly Day[])[] | undefined {
  const [histories, setHistories] = useState<readonly (readonly Day[])[] | undefined>()
  const key = repos.map(({ hubId }) => hubId).join()
  useEffect(() => {
    const controller = new AbortController()
    const read = async (repo: Repo) => {
      try {
        return (await request<AnswerOf<typeof historyRoute>>(`${apiPath(repo)}/history`, { signal: controller.signal })).history
      } catch {
        return []
      }
    }
    Promise.all(repos.map(read)).then((all) => {
      if (!controller.signal.aborted) setHistories(all)
    })
    return () => controller.abort()
  }, [key])
  return histories
}

function pointsOf(history: readonly Day[], counter: Counter) {
  return history
    .flatMap((day) => {
      const value = day[counter]
      return value === null ? [] : [{ day: day.day, value }]
    })
    .toReversed()
}
