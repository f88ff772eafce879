import type { ComponentChildren } from 'preact'
import { UserText } from '../../../text/user-text.tsx'
import type { Hit } from './hit-columns.tsx'

type Match = Hit['matches'][number]

/** The part of a README with the words of the search. */
export function MatchSnippet({ hit }: { hit: Hit }) {
  const match = hit.matches.find(({ field }) => field === 'readme')
  if (match === undefined) return null
  return (
    <p class="hit-about">
      <span class="badge">README</span> <UserText>{markedParts(match)}</UserText>
    </p>
  )
}

function markedParts({ snippet, highlights }: Match): ComponentChildren[] {
  let done = 0
  const parts = highlights.flatMap(([from, to]) => {
    const before = snippet.slice(done, from)
    done = to
    return [before, <mark key={from}>{snippet.slice(from, to)}</mark>]
  })
  return [...parts, snippet.slice(done)]
}
