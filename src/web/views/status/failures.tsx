import { CopyButton } from '../../components/copy-button.tsx'
import { Link } from '../../navigation/link.tsx'
import { withQuery } from '../../navigation/paths.ts'
import { numberText } from '../../text/numbers.ts'
import type { Status } from './status.ts'

/** Failures by cause, with the command that tries them again. */
export function Failures({ status: { failures } }: { status: Status }) {
  return (
    <section class="card" aria-labelledby="failures">
      <h2 id="failures">Failures</h2>
      {failures.length === 0 ? (
        <p class="soft">No task is out of retries.</p>
      ) : (
        <ul class="failure-list">
          {failures.map(({ cause, failures: count }) => (
            <li key={cause}>
              <Link to={withQuery('/sql', { query: failuresQuery(cause) })} title="The failures in SQL">
                {cause}
              </Link>
              <span class="number">{numberText(count)}</span>
              <CopyButton text={`hubdex failures retry --cause ${cause}`} label="Copy retry command" />
            </li>
          ))}
        </ul>
      )}
      <p class="soft small card-note">Each failed task is retried by itself with growing delays.</p>
    </section>
  )
}

function failuresQuery(cause: string): string {
  return `select id, task, status, attempts, answer, failed_at, retry_at\nfrom failures\nwhere cause = '${cause.replaceAll("'", "''")}'\norder by failed_at desc\nlimit 200`
}
