import type { FilterField } from '../search-fields.ts'

/** Where a hit matches a query, for people and programs that show it. */
export interface Match {
  field: MatchField
  /** The text of the field, or the part of it with most of the words. */
  snippet: string
  /** What of the snippet matches: ranges of UTF-16 code units, ends exclusive, in order and without overlaps. */
  highlights: Highlight[]
  /** The words of the query that match here. */
  words: string[]
}

export type Highlight = [start: number, end: number]

/** A text of a repo that is searched, or a field whose value is what a phrase of the query means. */
export type MatchField =
  | 'name'
  | 'title'
  | 'author'
  | 'tags'
  | 'formerNames'
  | 'description'
  | 'readme'
  | Exclude<FilterField, 'tag'>

/** Unites ranges that overlap or touch, in order. */
export function unitedHighlights(highlights: readonly Highlight[]): Highlight[] {
  const united: Highlight[] = []
  for (const [start, end] of highlights.toSorted(([left], [right]) => left - right)) {
    const last = united.at(-1)
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end)
    else united.push([start, end])
  }
  return united
}
