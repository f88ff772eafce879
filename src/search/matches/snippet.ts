import { type Highlight, unitedHighlights } from './match.ts'

/** A place in a text that matches words of a query. */
export interface MatchedPlace {
  start: number
  end: number
  words: readonly string[]
}

/** Characters of a snippet, without its ellipses. */
const MAX_LENGTH = 160
/** Characters before the first match. */
const LEAD = 40
/** How far a snippet is shortened to begin or end between words. */
const MAX_SHIFT = 20

/** The part of a text that has the most words of a query, the first of several. @param places in order, at least one */
export function snippetOf(text: string, places: readonly MatchedPlace[]): { snippet: string; highlights: Highlight[] } {
  if (text.length <= MAX_LENGTH) return { snippet: text, highlights: highlightsWithin(places, 0, text.length) }
  const first = bestStart(places)
  const start = startNear(text, Math.max(0, Math.min(first - LEAD, text.length - MAX_LENGTH)), first)
  const end = endNear(text, Math.min(text.length, start + MAX_LENGTH))
  const before = start > 0 ? '… ' : ''
  const after = end < text.length ? ' …' : ''
  const highlights = highlightsWithin(places, start, end).map(
    ([from, to]): Highlight => [from + before.length, to + before.length],
  )
  return { snippet: `${before}${text.slice(start, end).trimEnd()}${after}`, highlights }
}

/** The start of the window with most distinct words. */
function bestStart(places: readonly MatchedPlace[]): number {
  let best = { start: places[0]?.start ?? 0, words: 0 }
  for (const [index, { start }] of places.entries()) {
    const words = new Set<string>()
    for (let next = index; (places[next]?.end ?? Number.POSITIVE_INFINITY) <= start + MAX_LENGTH - LEAD; next++) {
      for (const word of places[next]?.words ?? []) words.add(word)
    }
    if (words.size > best.words) best = { start, words: words.size }
  }
  return best.start
}

/** The beginning of a word at or after `at`. */
function startNear(text: string, at: number, before: number): number {
  if (at === 0) return 0
  const blank = text.indexOf(' ', at - 1)
  return blank >= 0 && blank < Math.min(at + MAX_SHIFT, before) ? blank + 1 : wholeCharacter(text, at)
}

/** The end of a word at or before `at`. */
function endNear(text: string, at: number): number {
  if (at === text.length) return at
  const blank = text.lastIndexOf(' ', at)
  return blank > at - MAX_SHIFT ? blank : wholeCharacter(text, at)
}

/** The place, or the one before it if that is inside a surrogate pair. */
function wholeCharacter(text: string, at: number): number {
  return /[\udc00-\udfff]/.test(text.charAt(at)) ? at - 1 : at
}

function highlightsWithin(places: readonly MatchedPlace[], start: number, end: number): Highlight[] {
  const inside = places.filter((place) => place.start >= start && place.end <= end)
  return unitedHighlights(inside.map((place) => [place.start - start, place.end - start]))
}
