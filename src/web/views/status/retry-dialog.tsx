import { useState } from 'preact/hooks'
import { counted } from '../../../output/format.ts'
import type { retryFailuresRoute } from '../../../server/api/failures.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import { request } from '../../api/request.ts'
import { asRequestError } from '../../api/request-error.ts'
import { Dialog } from '../../components/dialog.tsx'
import { Notice } from '../../components/notice.tsx'
import type { FailureGroup } from './status.ts'

interface RetryDialogProps {
  group: FailureGroup
  /** Called with the result, or with nothing if it was not confirmed. */
  close(result?: string): void
}

/** Asks before failed tasks are made due, because they cost requests to the Hub. */
export function RetryDialog({ group: { task, cause, failures }, close }: RetryDialogProps) {
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string | undefined>()
  const retry = async () => {
    setIsBusy(true)
    try {
      const { retried } = await request<AnswerOf<typeof retryFailuresRoute>>('/api/v1/failures/retry', {
        body: { task, cause },
      })
      close(`${counted(retried, 'task is', 'tasks are')} due now.`)
    } catch (error) {
      setProblem(asRequestError(error).message)
      setIsBusy(false)
    }
  }
  return (
    <Dialog title={`Retry ${task}: ${cause}?`} onClose={() => close()}>
      <div class="stack">
        <p>
          {counted(failures, 'task becomes', 'tasks become')} due now, and may cost a request to the Hub each. The next run of
          the stages does them.
        </p>
        {problem !== undefined && (
          <div role="alert">
            <Notice tone="bad">{problem}</Notice>
          </div>
        )}
        <div class="buttons">
          <button type="button" class="button is-main" disabled={isBusy} onClick={retry}>
            Retry {counted(failures, 'task')}
          </button>
          <button type="button" class="button" onClick={() => close()}>
            Cancel
          </button>
        </div>
      </div>
    </Dialog>
  )
}
