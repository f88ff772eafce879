import { catalogKindOf } from '../../../hub/kinds.ts'
import { KindIcon } from '../../components/kind-label.tsx'
import { Link } from '../../navigation/link.tsx'
import { repoPath } from '../../navigation/paths.ts'
import { compactNumber } from '../../text/numbers.ts'
import { shortened, UserText } from '../../text/user-text.tsx'
import type { Repo } from './repo.ts'

const MAX_SHOWN = 100

/** What a collection holds, in its order. */
export function CollectionItems({ repo }: { repo: Repo }) {
  if (repo.items === null) return null
  const { items, isComplete } = repo.items
  return (
    <section class="card" aria-labelledby="items">
      <h2 id="items">Items</h2>
      <ol class="similar">
        {items.slice(0, MAX_SHOWN).map(({ position, kind, id, note, hubId }) => {
          const known = hubId === null ? undefined : catalogKindOf(kind)
          return (
            <li key={position}>
              {known === undefined ? <span class="badge">{shortened(kind, 20)}</span> : <KindIcon kind={known} />}
              <span class="one-line" title={note === null ? undefined : shortened(note, 500)}>
                {known === undefined ? (
                  <UserText>{shortened(id, 100)}</UserText>
                ) : (
                  <Link to={repoPath({ kind: known, id })}>
                    <UserText>{shortened(id, 100)}</UserText>
                  </Link>
                )}
              </span>
            </li>
          )
        })}
      </ol>
      {(!isComplete || items.length > MAX_SHOWN) && <p class="soft small">The collection on the Hub has more items.</p>}
    </section>
  )
}

/** The collections that hold a repo, most upvoted first. */
export function InCollections({ repo }: { repo: Repo }) {
  if (repo.collections.length === 0) return null
  return (
    <section class="card" aria-labelledby="collections">
      <h2 id="collections">In collections</h2>
      <ul class="similar">
        {repo.collections.slice(0, MAX_SHOWN).map(({ hubId, id, title, upvotes, note }) => (
          <li key={hubId}>
            <KindIcon kind="collection" />
            <span class="one-line" title={note === null ? undefined : shortened(note, 500)}>
              <Link to={repoPath({ kind: 'collection', id })}>
                <UserText>{shortened(title ?? id, 100)}</UserText>
              </Link>
            </span>
            <span class="soft small number">{upvotes === null ? '' : compactNumber(upvotes)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
