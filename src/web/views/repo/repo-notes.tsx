import { untilText } from '../../../output/ages.ts'
import { Notice } from '../../components/notice.tsx'
import { Link } from '../../navigation/link.tsx'
import { repoPath } from '../../navigation/paths.ts'
import { Age, Day } from '../../text/time.tsx'
import { UserText } from '../../text/user-text.tsx'
import type { Repo } from './repo.ts'

const CAUSES = { deleted: 'it was deleted', private: 'it was made private', disabled: 'the Hub disabled it' }

/** What the reader must know before anything else: removed, renamed, doubtful, or not wholly fetched. */
export function RepoNotes({ repo }: { repo: Repo }) {
  return (
    <>
      {repo.removedAt !== undefined && (
        <Notice tone="bad">
          This repo is gone from the Hub: {CAUSES[repo.removedCause ?? 'deleted']}. hubdex noticed it on{' '}
          <Day at={repo.removedAt} />. The catalog still has what it knew.
        </Notice>
      )}
      {repo.unconfirmed !== null && (
        <Notice tone="warn">
          The last full pass missed this repo <Age at={repo.unconfirmed.missedAt} />. Its removal is not confirmed.
        </Notice>
      )}
      {repo.askedAs !== undefined && (
        <Notice>
          <UserText isMono>{repo.askedAs}</UserText> is a former name of this repo.
        </Notice>
      )}
      {repo.others.length > 0 && (
        <Notice>
          Other repos have or had this name:{' '}
          {repo.others.map(({ kind, id, hubId, isRemoved }, index) => (
            <span key={hubId}>
              {index > 0 && ', '}
              <Link to={repoPath({ kind, id: hubId })}>
                <UserText>{id}</UserText>
              </Link>
              {isRemoved && ' (removed)'}
            </span>
          ))}
          .
        </Notice>
      )}
      {repo.failures.map(({ task, cause, answer, retryAt }) => (
        <Notice key={task} tone="warn">
          The task “{task}” failed ({cause})
          {answer !== null && (
            <>
              : <UserText>{answer}</UserText>
            </>
          )}{' '}
          It is retried {untilText(new Date(retryAt), new Date())}.
        </Notice>
      ))}
    </>
  )
}
