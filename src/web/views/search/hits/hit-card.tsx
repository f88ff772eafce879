import { Download, Heart, Scale } from 'lucide'
import { Icon } from '../../../components/icon.tsx'
import { KindLabel } from '../../../components/kind-label.tsx'
import { Link } from '../../../navigation/link.tsx'
import { repoPath } from '../../../navigation/paths.ts'
import { compared, compareKey, MAX_COMPARED, toggleCompared } from '../../../state/compared.ts'
import { compactNumber, sizeText } from '../../../text/numbers.ts'
import { Age } from '../../../text/time.tsx'
import { shortened, UserText } from '../../../text/user-text.tsx'
import { Highlight } from './highlight.tsx'
import type { Hit } from './hit-columns.tsx'
import { MatchSnippet } from './match-snippet.tsx'

/** A repo in the list of hits. */
export function HitCard({ hit, words }: { hit: Hit; words: string }) {
  const { kind, description, downloads, likes, license, lastModified, formerNames } = hit
  const shownLicense = license.find((name) => name !== 'unknown')
  return (
    <article class="hit">
      <div class="hit-main">
        <h2 class="hit-name">
          <KindLabel kind={kind} isShort />
          <HitName hit={hit} words={words} />
        </h2>
        {description !== null && (
          <p class="hit-about">
            <UserText>
              <Highlight text={shortened(description, 300)} words={words} />
            </UserText>
          </p>
        )}
        <MatchSnippet hit={hit} />
        <ul class="hit-facts">
          {factsOf(hit).map((fact) => (
            <li key={fact}>
              <UserText>{shortened(fact, 40)}</UserText>
            </li>
          ))}
          {shownLicense !== undefined && (
            <li>
              <Icon icon={Scale} size={13} />
              <span class="only-read">License </span>
              <UserText>{shortened(shownLicense, 40)}</UserText>
            </li>
          )}
          {formerNames[0] !== undefined && (
            <li>
              formerly <UserText>{formerNames[0]}</UserText>
            </li>
          )}
        </ul>
      </div>
      {kind === 'collection' ? <span /> : <CompareBox hit={hit} />}
      <ul class="hit-counts">
        {(kind === 'model' || kind === 'dataset') && (
          <li title={`${downloads} downloads in 30 days`}>
            <Icon icon={Download} size={14} />
            <span class="only-read">Downloads </span>
            {compactNumber(downloads)}
          </li>
        )}
        <li title={`${likes} likes`}>
          <Icon icon={Heart} size={14} />
          <span class="only-read">Likes </span>
          {compactNumber(likes)}
        </li>
        <li class="soft">
          <span class="only-read">Changed </span>
          {lastModified === null ? '' : <Age at={lastModified} />}
        </li>
      </ul>
    </article>
  )
}

/** The name with a link; the part after the slash stands out. */
export function HitName({ hit, words }: { hit: Hit; words: string }) {
  const slash = hit.id.indexOf('/') + 1
  const name = hit.title ?? hit.id.slice(slash)
  return (
    <Link to={repoPath(hit)} class="repo-name" title={hit.id.length > 60 ? hit.id : undefined}>
      <UserText>
        <span class="repo-owner">
          <Highlight text={hit.id.slice(0, slash)} words={words} />
        </span>
        <Highlight text={name} words={words} />
      </UserText>
    </Link>
  )
}

function CompareBox({ hit }: { hit: Hit }) {
  const isCompared = compared.value.includes(compareKey(hit))
  return (
    <label class="hit-compare" title={`Compare up to ${MAX_COMPARED} repos`}>
      <input type="checkbox" checked={isCompared} onChange={() => toggleCompared(hit)} />
      Compare<span class="only-read"> {hit.id}</span>
    </label>
  )
}

function factsOf({ task, library, parameters, sizeCategory, sdk, modality, gated }: Hit): string[] {
  return [
    ...task.slice(0, 2),
    ...library.slice(0, 2),
    ...(parameters === null ? [] : [`${compactNumber(parameters)} parameters`]),
    ...sizeCategory.slice(0, 2).map((size) => `${sizeText(size)} rows`),
    ...modality.slice(0, 3),
    ...(sdk === null ? [] : [sdk]),
    ...(gated === 'auto' || gated === 'manual' ? ['gated'] : []),
  ]
}
