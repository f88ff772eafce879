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
  const starts = [0, ...highlights.map(([, end]) => end)]
  return starts.flatMap((start, index) => {
    const [from = snippet.length, end = snippet.length] = highlights[index] ?? []
    return [snippet.slice(start, from), <mark key={index}>{snippet.slice(from, end)}</mark>].slice(
      0,
      from < snippet.length ? 2 : 1,
    )
  })
}
