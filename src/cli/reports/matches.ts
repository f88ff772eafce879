import { escapeForTerminal } from '../../output/escape.ts'
import { shorten } from '../../output/fit.ts'
import { highlighted } from '../../output/highlight.ts'
import type { Highlight, Match } from '../../search/matches/match.ts'
import type { SearchDocument } from '../../search/search-document.ts'
import { nameOf } from '../../search/text/document-words.ts'

/** Texts that the table of hits does not show, better place first. */
const HIDDEN = ['description', 'readme'] as const
const LABELS = { description: 'description', readme: 'README' } as const

/** The highlights of an id, from those of its author and its name. */
export function idHighlights({ id, author }: SearchDocument, matches: readonly Match[]): Highlight[] {
  const nameStart = id.length - nameOf(id).length
  return matches
    .filter(({ field }) => (field === 'author' && id.startsWith(`${author}/`)) || field === 'name')
    .toSorted((left, right) => startOf(left) - startOf(right))
    .flatMap((match) => match.highlights.map(([start, end]): Highlight => [startOf(match) + start, startOf(match) + end]))

  function startOf({ field }: Match): number {
    return field === 'name' ? nameStart : 0
  }
}

/** The line below a hit of which some word matches only in its description or README; undefined for all other hits. */
export function snippetLine(matches: readonly Match[], width: number | undefined): string | undefined {
  const inTable = matches.filter(({ field }) => !HIDDEN.some((hidden) => hidden === field))
  const seen = new Set(inTable.flatMap(({ words }) => words))
  for (const field of HIDDEN) {
    const match = matches.find((candidate) => candidate.field === field)
    if (match?.words.some((word) => !seen.has(word)) === true) return lineOf(match, LABELS[field], width)
  }
  return undefined
}

function lineOf({ snippet, highlights }: Match, label: string, width: number | undefined): string {
  const head = `  ${label}: `
  const safe = escapeForTerminal(snippet)
  if (width === undefined) return head + safe
  const shown = shorten(safe, Math.max(20, width - head.length))
  // An escape would move the ranges.
  return head + (safe === snippet ? highlighted(shown, highlights, shown.length) : shown)
}
