import { useState } from 'preact/hooks'
import type { rawRoute } from '../../../server/api/repos.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import { useResource } from '../../api/use-resource.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { Pending } from '../../components/pending.tsx'
import { addressOf } from '../../navigation/location.ts'
import { apiPath, type Repo } from './repo.ts'

/** Longer texts are cut: a browser should not freeze for a payload. */
const MAX_LENGTH = 100_000

/** What the Hub said about a repo, as JSON. It is loaded when it is opened. */
export function RawPayload({ repo }: { repo: Repo }) {
  const [isOpen, setIsOpen] = useState(false)
  const raw = useResource<AnswerOf<typeof rawRoute>>(isOpen ? `${apiPath(repo)}/raw` : undefined)
  const text = JSON.stringify({ ...repo, payload: raw.data?.payload, details: raw.data?.details }, undefined, 2)
  return (
    <details class="card raw" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>
        <h2>Raw payload</h2>
      </summary>
      {raw.data === undefined ? (
        isOpen && <Pending resource={raw} what="payload" />
      ) : (
        <div class="stack copyable">
          <div class="buttons">
            <CopyButton text={text} />
            <a class="button is-small" href={addressOf(apiPath(repo))}>
              From the API
            </a>
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: only what has the focus scrolls by keyboard */}
          <pre class="code-block user-text" tabIndex={0}>
            {text.slice(0, MAX_LENGTH)}
            {text.length > MAX_LENGTH && '…'}
          </pre>
        </div>
      )}
    </details>
  )
}
