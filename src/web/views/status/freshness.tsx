import { spanText } from '../../../output/ages.ts'
import { DataTable } from '../../components/data-table.tsx'
import { KindLabel } from '../../components/kind-label.tsx'
import { numberText } from '../../text/numbers.ts'
import { Age } from '../../text/time.tsx'
import type { Status } from './status.ts'

/** Per kind: how many repos, how old the lists, and how late changes arrive. */
export function Freshness({ status: { kinds, isEstimate } }: { status: Status }) {
  const lag = (seconds: number | null) => (seconds === null ? '–' : spanText(seconds))
  return (
    <section class="card" aria-labelledby="freshness">
      <h2 id="freshness">Freshness</h2>
      <DataTable
        label="Freshness by kind"
        rows={kinds}
        keyOf={({ kind }) => kind}
        columns={[
          { key: 'kind', label: 'Kind', cell: ({ kind }) => <KindLabel kind={kind} /> },
          { key: 'live', label: 'Repos', isNumber: true, cell: ({ live }) => numberText(live) },
          { key: 'tombstones', label: 'Removed', isNumber: true, cell: ({ tombstones }) => numberText(tombstones) },
          { key: 'unconfirmed', label: 'Unconfirmed', isNumber: true, cell: ({ unconfirmed }) => numberText(unconfirmed) },
          { key: 'full', label: 'Last full pass', isNumber: true, cell: ({ lastFullAt }) => <Age at={lastFullAt} /> },
          { key: 'recent', label: 'Last recent pass', isNumber: true, cell: ({ lastRecentAt }) => <Age at={lastRecentAt} /> },
          { key: 'asof', label: 'Changes known until', isNumber: true, cell: ({ asOf }) => <Age at={asOf} /> },
          { key: 'p50', label: 'Median lag', isNumber: true, cell: ({ lagP50Secs }) => lag(lagP50Secs) },
          { key: 'p95', label: '95th percentile', isNumber: true, cell: ({ lagP95Secs }) => lag(lagP95Secs) },
        ]}
      />
      {isEstimate && <p class="soft small card-note">Lag and counts of stages are extrapolated from a sample.</p>}
    </section>
  )
}
