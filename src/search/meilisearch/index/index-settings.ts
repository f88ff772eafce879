import type { Settings } from 'meilisearch'
import { PRIMARY_KEY, SHOWN } from '../encoding/stored-document.ts'
import { encodedSynonyms } from '../encoding/synonyms.ts'
import { MIN_LETTERS_FOR_TYPO, WORD_PREFIX } from '../encoding/word.ts'

/** The highest facet limit of a query. */
export const MAX_FACET_VALUES = 1_000

/** Where the words of a query are searched, best first. */
export const WORD_ATTRIBUTES = ['words.name', 'words.author', 'words.tags', 'words.description']
/** The words of READMEs, after all others. */
export const README_ATTRIBUTE = 'words.readme'
/** Names without separators, for the whole text of a query. */
export const WHOLE_NAME = 'words.whole'

/** Totals and offsets end here, far above any number of repos. */
const NO_LIMIT = 1_000_000_000

/** The complete settings of an index. Manual changes are reverted when a process starts. */
export const INDEX_SETTINGS: Settings = {
  searchableAttributes: [...WORD_ATTRIBUTES, README_ATTRIBUTE, WHOLE_NAME],
  displayedAttributes: [PRIMARY_KEY, ...SHOWN],
  filterableAttributes: [
    // Comparison is never used, but its data structure makes facet counts fast.
    { attributePatterns: ['facets.*'], features: { facetSearch: false, filter: { equality: true, comparison: true } } },
    {
      attributePatterns: ['created', 'downloads', 'likes', 'modified', 'parameters'],
      features: { facetSearch: false, filter: { equality: false, comparison: true } },
    },
    {
      attributePatterns: ['names', 'key'],
      features: { facetSearch: false, filter: { equality: true, comparison: false } },
    },
  ],
  sortableAttributes: ['created', 'downloads', 'likes', 'modified', 'order', 'parameters', 'popularity', 'trendingScore'],
  // Sort first: an explicit order ignores how well a document matches. Then exact spelling, the better place, whole words,
  // popularity.
  rankingRules: ['sort', 'words', 'typo', 'attributeRank', 'exactness', 'popularity:desc', 'order:asc'],
  typoTolerance: {
    enabled: true,
    // No word is long enough for two typos.
    minWordSizeForTypos: { oneTypo: MIN_LETTERS_FOR_TYPO, twoTypos: 255 },
    disableOnWords: [],
    disableOnAttributes: [README_ATTRIBUTE],
    disableOnNumbers: true,
  },
  faceting: { maxValuesPerFacet: MAX_FACET_VALUES, sortFacetValuesBy: { '*': 'count' } },
  pagination: { maxTotalHits: NO_LIMIT },
  synonyms: encodedSynonyms(),
  stopWords: [],
  separatorTokens: [],
  nonSeparatorTokens: [WORD_PREFIX],
  dictionary: [],
  // No ranking rule uses the distance between words, and word pairs would be most of the index.
  proximityPrecision: 'byAttribute',
  facetSearch: false,
  prefixSearch: 'indexingTime',
  // By default a slow search returns partial results as if they were complete.
  searchCutoffMs: 60_000,
}
