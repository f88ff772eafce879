import { spanText, untilText } from '../../../output/ages.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Age } from '../../text/time.tsx'
import type { Status } from './status.ts'

/** The jobs, when they ran and when they are due. */
export function Schedule({ status: { schedule, readAt } }: { status: Status }) {
  return (
    <section class="card" aria-labelledby="schedule">
      <h2 id="schedule">Schedule</h2>
      <DataTable
        label="Scheduled jobs"
        rows={schedule}
        keyOf={({ job }) => job}
        columns={[
          { key: 'job', label: 'Job', cell: ({ job }) => job },
          { key: 'cron', label: 'Cron', cell: ({ cron }) => <span class="mono number">{cron}</span> },
          { key: 'state', label: 'Last run', cell: ({ lastState }) => lastState ?? '–' },
          { key: 'started', label: 'Started', isNumber: true, cell: ({ lastStartedAt }) => <Age at={lastStartedAt} /> },
          {
            key: 'took',
            label: 'Took',
            isNumber: true,
            cell: ({ lastTookSecs }) => (lastTookSecs === null ? '–' : spanText(lastTookSecs)),
          },
          {
            key: 'next',
            label: 'Next',
            isNumber: true,
            cell: ({ nextDueAt }) => (nextDueAt === null ? 'off' : untilText(new Date(nextDueAt), new Date(readAt))),
          },
          { key: 'note', label: 'Note', cell: ({ lastNote }) => lastNote ?? '' },
        ]}
      />
    </section>
  )
}
