import { Notice } from '../../components/notice.tsx'
import { numberText } from '../../text/numbers.ts'
import type { Status } from './status.ts'

/** The search index, and what waits to reach it. */
export function SearchIndex({ status: { search, outboxEntries, refreshQueue } }: { status: Status }) {
  return (
    <section class="card" aria-labelledby="search-index">
      <h2 id="search-index">Search and queues</h2>
      <div class="stack">
        {search.error !== null && <Notice tone="bad">{search.error.text}</Notice>}
        <dl class="figures">
          <Figure label="Documents" value={search.documents} />
          <Figure label="Waiting for search" value={outboxEntries} />
          <Figure label="Named by webhooks" value={refreshQueue} />
        </dl>
        {search.index !== null && <p class="soft small">Index: {search.index}</p>}
      </div>
    </section>
  )
}

function Figure({ label, value }: { label: string; value: number | null }) {
  return (
    <div>
      <dt class="figure-label">{label}</dt>
      <dd class="figure-value">{numberText(value)}</dd>
    </div>
  )
}
