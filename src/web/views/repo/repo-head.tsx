import { ExternalLink, GitCompare } from 'lucide'
import { useState } from 'preact/hooks'
import { writeValue } from '../../../search/value-list.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { Icon } from '../../components/icon.tsx'
import { KindLabel } from '../../components/kind-label.tsx'
import { Link } from '../../navigation/link.tsx'
import { withQuery } from '../../navigation/paths.ts'
import { compared, compareKey, toggleCompared } from '../../state/compared.ts'
import { shortened, UserText } from '../../text/user-text.tsx'
import type { Repo } from './repo.ts'

/** Name, what it is, tags, and what one can do with it. */
export function RepoHead({ repo }: { repo: Repo }) {
  const slash = repo.id.indexOf('/') + 1
  const owner = repo.id.slice(0, Math.max(0, slash - 1))
  return (
    <header class="repo-head">
      <div class="repo-head-line">
        <KindLabel kind={repo.kind} />
        {repo.removedAt !== undefined && <span class="badge is-bad">removed</span>}
        {repo.private === true && <span class="badge is-warn">private</span>}
        {(repo.gated === 'auto' || repo.gated === 'manual') && <span class="badge is-warn">gated: {repo.gated}</span>}
        {repo.disabled === true && <span class="badge is-bad">disabled</span>}
        {repo.stage !== undefined && (
          <span class={repo.stage === 'RUNNING' ? 'badge is-good' : 'badge'}>{repo.stage.toLowerCase()}</span>
        )}
      </div>
      <h1 class="repo-title">
        <UserText>
          {owner !== '' && (
            <>
              <Link to={withQuery('/search', { filter: `author=${writeValue(owner)}` })} class="repo-owner">
                {owner}
              </Link>
              <span class="repo-owner">/</span>
            </>
          )}
          {repo.id.slice(slash)}
        </UserText>
      </h1>
      {repo.description !== undefined && (
        <p class="repo-about">
          <UserText>{shortened(repo.description, 1_000)}</UserText>
        </p>
      )}
      <div class="buttons">
        {repo.removedAt === undefined && (
          <a class="button is-main" href={repo.hubUrl} rel="noopener noreferrer" target="_blank">
            Open on the Hub <Icon icon={ExternalLink} size={15} />
          </a>
        )}
        {repo.kind !== 'collection' && <CompareButton repo={repo} />}
        <CopyButton text={repo.id} label="Copy name" isSmall={false} />
      </div>
      <Tags repo={repo} />
    </header>
  )
}

function CompareButton({ repo }: { repo: Repo }) {
  const isCompared = compared.value.includes(compareKey(repo))
  return (
    <button type="button" class="button" aria-pressed={isCompared} onClick={() => toggleCompared(repo)}>
      <Icon icon={GitCompare} />
      {isCompared ? 'In the comparison' : 'Compare'}
    </button>
  )
}

const FIRST_TAGS = 18

function Tags({ repo }: { repo: Repo }) {
  const [isWhole, setIsWhole] = useState(false)
  const tags = repo.tags ?? []
  if (tags.length === 0) return null
  const shown = isWhole ? tags : tags.slice(0, FIRST_TAGS)
  return (
    <ul class="chips" aria-label="Tags">
      {shown.map((tag) => (
        <li key={tag}>
          <Link
            to={withQuery('/search', { kind: repo.kind, filter: `tag=${writeValue(tag)}` })}
            class="chip"
            title={tag.length > 60 ? shortened(tag, 500) : undefined}
          >
            <UserText>{shortened(tag, 60)}</UserText>
          </Link>
        </li>
      ))}
      {tags.length > shown.length && (
        <li>
          <button type="button" class="facet-more" onClick={() => setIsWhole(true)}>
            All {tags.length} tags
          </button>
        </li>
      )}
    </ul>
  )
}
