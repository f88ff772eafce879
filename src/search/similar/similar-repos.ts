import type { CheckedQuery } from '../checked-query.ts'
import type { SearchDocument } from '../search-document.ts'
import type { SearchEngine, SearchQuery } from '../search-engine.ts'
import { type FilterField, valuesOf } from '../search-fields.ts'
import { popularityOf } from '../text/popularity.ts'
import { basesOf, comparedTags, type Similarity, similarityOf } from './similarity.ts'

export interface SimilarRepo {
  document: SearchDocument
  similarity: Similarity
}

export interface SimilarRepos {
  /** The number of repos that were compared and have something in common. */
  total: number
  hits: SimilarRepo[]
}

/** The candidates of each kind, most popular first. More took longer and changed no first page of the sample. */
const CANDIDATES = 200
/** The number of tags whose repos are candidates: the rarest ones. */
const RARE_TAGS = 5
const MAX_BASES = 3
/** The frequencies of so many tags are known; all others count as the rarest of them. */
const KNOWN_TAGS = 1_000

/**
 * Ranks the repos that are most like a given one, by `similarityOf`, then by popularity. It compares the 200 most popular repos
 * of each of these sets: those that share a base model or derive from the repo, those that share one of its five rarest tags,
 * and those with its task, also with its size; and the base models themselves.
 * @param query its filters, ranges and page; the kind of the repo unless a filter names another
 */
export async function similarRepos(
  engine: Pick<SearchEngine, 'search'>,
  document: SearchDocument,
  query: Pick<CheckedQuery, 'filters' | 'ranges' | 'limit' | 'offset'>,
): Promise<SimilarRepos> {
  const weightOf = await tagWeights(engine)
  const filters = new Map<FilterField, readonly string[]>([['kind', [document.kind]], ...query.filters])
  const found = await Promise.all(
    candidateQueries(document, weightOf, filters).map((candidates) => engine.search({ ...candidates, ranges: query.ranges })),
  )
  const candidates = new Map(found.flatMap(({ hits }) => hits).map((hit) => [hit.hubId, hit]))
  candidates.delete(document.hubId)
  // A filter of the user on a field by which a set is found is not in its query, which takes any of the values of a field.
  const fits = (candidate: SearchDocument) =>
    [...filters].every(([field, values]) => valuesOf[field](candidate).some((value) => values.includes(value)))
  const ranked = [...candidates.values()]
    .filter(fits)
    .map((candidate) => ({ document: candidate, similarity: similarityOf(document, candidate, weightOf) }))
    .filter(({ similarity }) => similarity.score > 0)
    .sort(byScore)
  return { total: ranked.length, hits: ranked.slice(query.offset, query.offset + query.limit) }
}

/** The weight of a tag: ln(repos / repos that have it), as in tf-idf. */
async function tagWeights(engine: Pick<SearchEngine, 'search'>): Promise<(tag: string) => number> {
  const { total, facets } = await engine.search({ facets: ['tag'], facetLimit: KNOWN_TAGS, limit: 0 })
  const counts = new Map(Object.entries(facets.tag ?? {}))
  const rarest = counts.size < KNOWN_TAGS ? 1 : Math.min(...counts.values())
  return (tag) => Math.log((1 + total) / (counts.get(tag) ?? rarest))
}

function candidateQueries(
  document: SearchDocument,
  weightOf: (tag: string) => number,
  filters: ReadonlyMap<FilterField, readonly string[]>,
): SearchQuery[] {
  const bases = basesOf(document)
  const related = [document.id, ...bases].map((id) => `base_model:${id}`)
  const rareTags = comparedTags(document)
    .toSorted((left, right) => weightOf(right) - weightOf(left))
    .slice(0, RARE_TAGS)
  const { task, parameterClass, sizeCategory } = document
  const sizes: [FilterField, string[]][] = [
    ['parameters', parameterClass === null ? [] : [parameterClass]],
    ['size_category', sizeCategory],
  ]
  const ofSize = sizes.filter(([, values]) => values.length > 0)
  const sets: [FilterField, readonly string[]][][] = [[['tag', related]], [['tag', rareTags]], [['task', task]]]
  if (ofSize.length > 0) sets.push([['task', task], ...ofSize])
  const queries = sets
    .filter((set) => set.every(([, values]) => values.length > 0))
    .map(
      (set): SearchQuery => ({
        filters: Object.fromEntries([...filters, ...set]),
        sort: 'relevance',
        limit: CANDIDATES,
      }),
    )
  const named = bases
    .slice(0, MAX_BASES)
    .map((words): SearchQuery => ({ words, filters: Object.fromEntries(filters), limit: 1 }))
  return [...queries, ...named]
}

function byScore(left: SimilarRepo, right: SimilarRepo): number {
  return (
    right.similarity.score - left.similarity.score ||
    popularityOf(right.document) - popularityOf(left.document) ||
    (left.document.hubId < right.document.hubId ? -1 : 1)
  )
}
