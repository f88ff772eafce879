import { Meilisearch, type Settings } from 'meilisearch'
import { keyOf } from '../../../src/search/meilisearch/encoding/stored-document.ts'
import type { SearchDocument } from '../../../src/search/search-document.ts'
import { popularityOf } from '../../../src/search/text/popularity.ts'
import { vocabulary } from '../../../src/search/vocabulary/alternatives.ts'
import type { Searcher } from '../searcher.ts'
import { textsOf } from './fields.ts'

const INDEX = 'hubdex_relevance_plain'
const BATCH = 5_000

/**
 * Meilisearch as its documentation recommends it: plain texts in the order of their importance, its own tokenizer, typo rules,
 * prefixes and ranking rules, the vocabulary of hubdex as synonyms, and popularity as the last ranking rule.
 */
const SETTINGS: Settings = {
  searchableAttributes: ['name', 'author', 'tags', 'description'],
  filterableAttributes: ['kind'],
  sortableAttributes: ['popularity'],
  rankingRules: ['words', 'typo', 'proximity', 'attribute', 'sort', 'exactness', 'popularity:desc'],
  pagination: { maxTotalHits: 1_000_000 },
}

export async function plainMeilisearch(
  { url, apiKey }: { url: string; apiKey: string },
  documents: readonly SearchDocument[],
): Promise<{ searcher: Searcher; close: () => Promise<void> }> {
  const client = new Meilisearch({ host: url, apiKey, timeout: 600_000 })
  const done = { timeout: 3_600_000, interval: 100 }
  const index = client.index(INDEX)
  // Refused if there is none.
  await client.deleteIndex(INDEX).waitTask(done)
  await client.createIndex(INDEX, { primaryKey: 'key' }).waitTask(done)
  await index.updateSettings({ ...SETTINGS, synonyms: plainSynonyms() }).waitTask(done)
  for (let start = 0; start < documents.length; start += BATCH) {
    await index.addDocuments(documents.slice(start, start + BATCH).map(plainDocument)).waitTask(done)
  }
  return {
    searcher: {
      find: async (words, kind, limit) => {
        const { hits } = await index.search(words, {
          filter: `kind = ${kind}`,
          limit,
          attributesToRetrieve: ['hubId'],
          // Repos with all words first, then those without the most frequent ones.
          matchingStrategy: 'frequency',
        })
        return hits.map(({ hubId }) => String(hubId))
      },
    },
    close: async () => void (await client.deleteIndex(INDEX).waitTask(done)),
  }
}

function plainDocument(document: SearchDocument) {
  const [name, author, tags, description] = textsOf(document, (text) => text)
  const { hubId, kind } = document
  return { key: keyOf(hubId), hubId, kind, name, author, tags, description, popularity: popularityOf(document) }
}

/** What each phrase means, by the values that documents have in their tags. */
function plainSynonyms(): Record<string, string[]> {
  return Object.fromEntries(
    [...vocabulary().meanings]
      .map(([phrase, meanings]) => [phrase, meanings.flatMap(({ values }) => values).filter(Boolean)] as const)
      .filter(([, values]) => values.length > 0),
  )
}
