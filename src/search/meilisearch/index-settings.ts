import type { Settings } from 'meilisearch'
import { PRIMARY_KEY, SHOWN } from './encoding/stored-document.ts'
import { codedSynonyms } from './encoding/synonyms.ts'
import { MARK, MIN_LETTERS_FOR_TYPO } from './encoding/word.ts'

/** The most values that a facet can be asked for, see the port. */
export const MAX_FACET_VALUES = 1_000

/** More than there will ever be: totals and offsets end there. */
const NO_LIMIT = 1_000_000_000

/** All that makes an index of Meilisearch ours, as code. What is changed by hand is put back when a process starts. */
export const INDEX_SETTINGS: Settings = {
  searchableAttributes: ['words.name', 'words.author', 'words.tags', 'words.description'],
  displayedAttributes: [PRIMARY_KEY, ...SHOWN],
  filterableAttributes: [
    // Comparison is never asked for, but its levels are what makes counting the values of a facet quick.
    { attributePatterns: ['facets.*'], features: { facetSearch: false, filter: { equality: true, comparison: true } } },
    {
      attributePatterns: ['names', 'key'],
      features: { facetSearch: false, filter: { equality: true, comparison: false } },
    },
  ],
  sortableAttributes: [
    'created',
    'downloads',
    'likes',
    'modified',
    'order',
    'parameters',
    'popularity',
    'trendingScore',
  ],
  // Sort first: an order that is asked for forgets how well something matches. Then what was written as asked, in the more
  // telling place, as a whole word; then the more popular.
  rankingRules: ['sort', 'words', 'typo', 'attributeRank', 'exactness', 'popularity:desc', 'order:asc'],
  typoTolerance: {
    enabled: true,
    // Twice a mistake is never forgiven: no word is that long.
    minWordSizeForTypos: { oneTypo: MIN_LETTERS_FOR_TYPO, twoTypos: 255 },
    disableOnWords: [],
    disableOnAttributes: [],
    disableOnNumbers: true,
  },
  faceting: { maxValuesPerFacet: MAX_FACET_VALUES, sortFacetValuesBy: { '*': 'count' } },
  pagination: { maxTotalHits: NO_LIMIT },
  synonyms: codedSynonyms(),
  stopWords: [],
  separatorTokens: [],
  nonSeparatorTokens: [MARK],
  dictionary: [],
  // No rule asks how near words are to one another, and pairs of words would be most of the index.
  proximityPrecision: 'byAttribute',
  facetSearch: false,
  prefixSearch: 'indexingTime',
  // By default a search that takes longer answers what it has found so far, as if that were all.
  searchCutoffMs: 60_000,
}
