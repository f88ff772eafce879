import type { CatalogKind } from '../../../hub/kinds.ts'
import { KindIcon } from '../../components/kind-label.tsx'
import { Link } from '../../navigation/link.tsx'
import { repoPath } from '../../navigation/paths.ts'
import { KIND_NAMES } from '../../text/kind-names.ts'
import { shortened, UserText } from '../../text/user-text.tsx'
import type { Repo } from './repo.ts'

const MAX_LINKS = 60

/** The models and datasets that a Space uses. */
export function SpaceLinks({ repo }: { repo: Repo }) {
  const groups: [CatalogKind, readonly string[]][] = [
    ['model', repo.linkedModels ?? []],
    ['dataset', repo.linkedDatasets ?? []],
  ]
  if (groups.every(([, ids]) => ids.length === 0)) return null
  return (
    <section class="card" aria-labelledby="uses">
      <h2 id="uses">What it uses</h2>
      <dl class="facts">
        {groups.map(
          ([kind, ids]) =>
            ids.length > 0 && (
              <>
                <dt key={kind}>{KIND_NAMES[kind].many}</dt>
                <dd>
                  <ul class="chips">
                    {ids.slice(0, MAX_LINKS).map((id) => (
                      <li key={id}>
                        <Link to={repoPath({ kind, id })} class="chip">
                          <KindIcon kind={kind} />
                          <UserText>{shortened(id, 80)}</UserText>
                        </Link>
                      </li>
                    ))}
                    {ids.length > MAX_LINKS && <li class="soft small">and {ids.length - MAX_LINKS} more</li>}
                  </ul>
                </dd>
              </>
            ),
        )}
      </dl>
    </section>
  )
}
