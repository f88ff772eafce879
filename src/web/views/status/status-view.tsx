import { useEventStream } from '../../api/use-event-stream.ts'
import { Pending } from '../../components/pending.tsx'
import { ViewHead } from '../../components/view-head.tsx'
import { Age } from '../../text/time.tsx'
import '../../styles/status.css'
import { Budgets } from './budgets.tsx'
import { Coverage } from './coverage.tsx'
import { Failures } from './failures.tsx'
import { Freshness } from './freshness.tsx'
import { Passes } from './passes.tsx'
import { Schedule } from './schedule.tsx'
import { SearchIndex } from './search-index.tsx'
import type { Status } from './status.ts'
import { Verdict } from './verdict.tsx'

/** How fresh and complete the catalog is, live. */
export function StatusView() {
  const stream = useEventStream<Status>({ path: '/api/v1/status', streamPath: '/api/v1/status/stream', event: 'status' })
  const { data: status } = stream
  return (
    <>
      <ViewHead title="Status" about="How fresh and complete the catalog is, what it is doing, and what fails.">
        <p class="soft small live" role="status">
          {stream.isLive ? 'Live' : 'Not live'}
          {status !== undefined && (
            <>
              {' '}
              · read <Age at={status.readAt} />
            </>
          )}
        </p>
      </ViewHead>
      {status === undefined ? (
        <Pending resource={stream} what="status" rows={5} />
      ) : (
        <div class="stack">
          <Verdict status={status} />
          <Freshness status={status} />
          <div class="status-pair">
            <div class="stack">
              <Coverage status={status} />
              <Failures status={status} />
            </div>
            <div class="stack">
              <Budgets status={status} />
              <SearchIndex status={status} />
            </div>
          </div>
          <Passes status={status} />
          <Schedule status={status} />
        </div>
      )}
    </>
  )
}
