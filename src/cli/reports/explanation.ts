import type { MatchKind, NameMatch } from '../../search/expanded-query.ts'
import type { ExplainedWord, Explanation } from '../../search/explain.ts'
import type { SearchDocument } from '../../search/search-document.ts'

/** The explanation of each hit, in two lines. */
export function explanationLines(hits: readonly SearchDocument[], explanations: readonly Explanation[]): string {
  return explanations
    .map(({ cost, name, words, popularity }, index) => {
      const named = name === undefined ? '' : `, ${NAMES[name]}`
      const how = Number.isFinite(cost) ? `cost ${cost}${named}` : 'by meaning'
      const head = `${hits[index]?.id}: ${how}; popularity ${(popularity / 1000).toFixed(3)}`
      return `${head}\n  ${words.map(wordText).join('; ')}`
    })
    .join('\n')
}

function wordText({ word, match }: ExplainedWord): string {
  if (match === undefined) return `${word} is missing`
  const found = match.terms.join(' and ')
  const what = match.kind === 'word' ? '' : ` ${KINDS[match.kind]} ${found}`
  return `${word}${what} in ${match.field} (${match.cost})`
}

const NAMES: Readonly<Record<NameMatch, string>> = {
  whole: 'the whole name',
  beginning: 'the beginning of the name',
  similar: 'the name with one edit',
}

const KINDS: Readonly<Record<Exclude<MatchKind, 'word'>, string>> = {
  prefix: 'begins',
  joined: 'is part of',
  parts: 'is made up of',
  value: 'means',
  typo: 'is one edit from',
}
