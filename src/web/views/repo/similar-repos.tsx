import type { similarRoute } from '../../../server/api/repos.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import { useResource } from '../../api/use-resource.ts'
import { KindIcon } from '../../components/kind-label.tsx'
import { Link } from '../../navigation/link.tsx'
import { repoPath, withQuery } from '../../navigation/paths.ts'
import { compactNumber } from '../../text/numbers.ts'
import { shortened, UserText } from '../../text/user-text.tsx'
import { apiPath, type Repo } from './repo.ts'

/** Repos that are most like this one. Left out if there are none, or if they cannot be found. */
export function SimilarRepos({ repo }: { repo: Repo }) {
  const { data } = useResource<AnswerOf<typeof similarRoute>>(
    repo.removedAt === undefined ? withQuery(`${apiPath(repo)}/similar`, { limit: 8 }) : undefined,
  )
  if (data === undefined || data.hits.length === 0) return null
  return (
    <section class="card" aria-labelledby="similar">
      <h2 id="similar">Similar repos</h2>
      <ul class="similar">
        {data.hits.map((hit) => (
          <li key={hit.hubId}>
            <KindIcon kind={hit.kind} />
            <Link to={repoPath(hit)} class="one-line">
              <UserText>{shortened(hit.id, 100)}</UserText>
            </Link>
            <span class="soft small number">{compactNumber(hit.kind === 'space' ? hit.likes : hit.downloads)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
