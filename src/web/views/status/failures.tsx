import { RotateCw } from 'lucide'
import { useState } from 'preact/hooks'
import { untilText } from '../../../output/ages.ts'
import type { failuresRoute } from '../../../server/api/failures.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import type { accessRoute } from '../../../server/api/status.ts'
import { useResource } from '../../api/use-resource.ts'
import { Icon } from '../../components/icon.tsx'
import { Pending } from '../../components/pending.tsx'
import { Link } from '../../navigation/link.tsx'
import { withQuery } from '../../navigation/paths.ts'
import { numberText } from '../../text/numbers.ts'
import { shortened, UserText } from '../../text/user-text.tsx'
import { RetryDialog } from './retry-dialog.tsx'
import type { FailureGroup, Status } from './status.ts'

/** Failures by task and cause, with the newest of each and a button that retries them. */
export function Failures({ status: { failures, readAt } }: { status: Status }) {
  const version = failures.map(({ cause, failures: count }) => `${cause} ${count}`).join()
  return (
    <section class="card" aria-labelledby="failures">
      <h2 id="failures">Failures</h2>
      {failures.length === 0 ? <p class="soft">No task is out of retries.</p> : <FailureList key={version} readAt={readAt} />}
      <p class="soft small card-note">Failed tasks are retried automatically, with growing delays.</p>
    </section>
  )
}

function FailureList({ readAt }: { readAt: string }) {
  const groups = useResource<AnswerOf<typeof failuresRoute>>('/api/v1/failures')
  const access = useResource<AnswerOf<typeof accessRoute>>('/api/v1/access')
  const [retried, setRetried] = useState<FailureGroup | undefined>()
  const [note, setNote] = useState('')
  if (groups.data === undefined) return <Pending resource={groups} what="failures" />
  return (
    <>
      <ul class="failure-list">
        {groups.data.failures.map((group) => (
          <li key={`${group.task} ${group.cause}`}>
            <div class="failure-line">
              <Link to={withQuery('/sql', { query: failuresQuery(group) })} title="The failures in SQL">
                {group.task}: {group.cause}
              </Link>
              <span class="number">{numberText(group.failures)}</span>
              {access.data?.canRetry === true && (
                <button
                  type="button"
                  class="button is-small"
                  aria-label={`Retry ${group.task}: ${group.cause}`}
                  onClick={() => setRetried(group)}
                >
                  <Icon icon={RotateCw} size={14} /> Retry
                </button>
              )}
            </div>
            <p class="soft small">
              Next retry {untilText(new Date(group.retryAt), new Date(readAt))}. Newest:{' '}
              <UserText>{shortened([group.example, group.answer].filter((text) => text !== null).join(': '), 240)}</UserText>
            </p>
          </li>
        ))}
      </ul>
      {access.data?.canRetry === false && access.data.signIn !== null && (
        <p class="small">
          <a href={`${access.data.signIn}?next=${encodeURIComponent(location.pathname)}`}>Sign in</a> to retry them now.
        </p>
      )}
      <p class="small" role="status">
        {note}
      </p>
      {retried !== undefined && (
        <RetryDialog
          group={retried}
          close={(result) => {
            setRetried(undefined)
            if (result !== undefined) {
              setNote(result)
              groups.reload()
            }
          }}
        />
      )}
    </>
  )
}

function failuresQuery({ task, cause }: FailureGroup): string {
  return `select id, status, attempts, answer, failed_at, retry_at
from failures
where task = '${task.replaceAll("'", "''")}' and cause = '${cause}'
order by failed_at desc
limit 200`
}
