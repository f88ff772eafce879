import type { SearchDocument } from '../../search-document.ts'
import { MAX_NEAREST, type QueryMeaning, type SearchResult } from '../../search-engine.ts'
import { valuesOf } from '../../search-fields.ts'
import { isOneOf } from '../encoding/filter.ts'
import { keyOf, PRIMARY_KEY, SHOWN, shownDocumentOf } from '../encoding/stored-document.ts'
import { embedderNameOf } from '../index/vectors.ts'
import type { MeilisearchConnection } from '../server/connection.ts'
import { type Answer, multiSearch, type Query } from '../server/multi-search.ts'

/** The first hits of a query by words and by meaning. */
export interface BlendedDocuments {
  /** In order. */
  documents: SearchDocument[]
  /** Those that the words do not find. */
  byMeaning: SearchDocument[]
}

/**
 * Lets Meilisearch blend the matches by words and by meaning. Its hybrid search ranks every document of the index, so only its
 * first hits count as matches. Undefined if the index has no vectors of the embedder yet.
 */
export async function blendedDocuments(
  connection: MeilisearchConnection,
  base: Query,
  { spec, vector, ratio }: QueryMeaning,
  conditions: readonly (string | string[])[],
): Promise<BlendedDocuments | undefined> {
  const hybrid: Query = {
    ...base,
    hybrid: { embedder: embedderNameOf(spec), semanticRatio: ratio },
    vector: [...vector],
    attributesToRetrieve: [...SHOWN],
    limit: MAX_NEAREST,
  }
  const answer = await hybridAnswer(connection, hybrid)
  if (answer === undefined) return undefined
  const documents = answer.hits.map(shownDocumentOf)
  if (documents.length === 0) return { documents, byMeaning: [] }
  const keys = documents.map(({ hubId }) => keyOf(hubId))
  const matching: Query = {
    ...base,
    filter: [...conditions, isOneOf(PRIMARY_KEY, keys)],
    attributesToRetrieve: ['hubId'],
    limit: keys.length,
  }
  const hits = (await multiSearch(connection, new Map([['matching', matching]]))).get('matching')?.hits ?? []
  const byWords = new Set(hits.map(({ hubId }) => hubId))
  return { documents, byMeaning: documents.filter(({ hubId }) => !byWords.has(hubId)) }
}

async function hybridAnswer(connection: MeilisearchConnection, hybrid: Query): Promise<Answer | undefined> {
  return (await multiSearch(connection, new Map([['hybrid', hybrid]]), { isOptional: isWithoutEmbedder })).get('hybrid')
}

/** Codes of refusals of an index whose settings lack the embedder, or have another. */
function isWithoutEmbedder(code: string | undefined): boolean {
  return code === 'invalid_search_embedder' || code === 'invalid_vector_dimensions'
}

/** Adds documents that match by meaning only to facet counts by words. @param counts complete, not only the most frequent */
export function withCounted(
  counts: SearchResult['facets'],
  documents: readonly SearchDocument[],
  limit: number,
): SearchResult['facets'] {
  const fields = Object.keys(counts) as (keyof typeof counts)[]
  return Object.fromEntries(
    fields.map((field) => {
      const summed = new Map(Object.entries(counts[field] ?? {}))
      for (const document of documents) {
        for (const value of new Set(valuesOf[field](document))) summed.set(value, (summed.get(value) ?? 0) + 1)
      }
      const sorted = [...summed].sort(([left, many], [right, more]) => more - many || (left < right ? -1 : 1))
      return [field, Object.fromEntries(sorted.slice(0, limit))]
    }),
  )
}
