import { type Kysely, sql } from 'kysely'
import type pg from 'pg'
import type { EmbedderSpec } from '../../catalog/embeddings/embedder.ts'
import { createVectorExtension, createVectorIndex } from '../../catalog/embeddings/vector-extension.ts'
import { isLockTimeout, waitForTables } from '../../catalog/postgres/lock-holders.ts'
import { type CheckedQuery, checkedQuery } from '../checked-query.ts'
import { explain } from '../explain.ts'
import type { SearchDocument } from '../search-document.ts'
import type { IndexBuild, RefusedDocument, SearchBatch, SearchEngine, SearchQuery, SearchResult } from '../search-engine.ts'
import type { FilterField, RangeField } from '../search-fields.ts'
import { SearchUnavailable } from '../search-unavailable.ts'
import type { CheckedSuggestQuery, Suggestion } from '../suggest/suggestion.ts'
import type { DocumentSet } from './bitmap/document-set.ts'
import { PostingCache } from './bitmap/posting-cache.ts'
import { countFacets, type FacetQuestion } from './facets/facet-counts.ts'
import { FrequentValues } from './facets/frequent-values.ts'
import { applyBatch } from './index/apply-batch.ts'
import { asOnlyWriter } from './index/only-writer.ts'
import { TermCache } from './index/term-cache.ts'
import { LIVE } from './index/terms.ts'
import { blendedHits, withNearest } from './query/blend-meaning.ts'
import { START_SNAPSHOT } from './query/force-index-plans.ts'
import { documentsOf, hitsOf } from './query/hits.ts'
import { findMatches, type Matches } from './query/matches.ts'
import { countBuckets } from './query/number-ranges.ts'
import { readmeWordsOf } from './query/readme-words.ts'
import { buildShadowIndex } from './shadow/build-shadow-index.ts'
import { similarWords } from './suggest/similar-words.ts'
import { suggestInPostgres } from './suggest/suggest.ts'

/** Searches queue behind a statement that waits for a lock on a table of the index. */
const TABLE_WAIT_MS = 1_000
const HUB_IDS_PER_PAGE = 5_000

interface SearchedCatalog<Tables> {
  db: Kysely<Tables>
  pool: pg.Pool
  engine: 'embedded' | 'postgres'
}

/**
 * Search in the catalog's own Postgres, embedded or not, over an inverted index of bitmaps (see the migration that creates its
 * tables). A query takes three steps: which documents match, as sets of ordinals; which of them are on the page; and how many
 * have each value of a facet.
 */
export class PostgresSearchEngine<Tables> implements SearchEngine {
  readonly name = 'postgres'
  /**
   * 2: writers exclude each other by a row lock. 3: names without separators, words in all scripts, version numbers
   * and sizes as words. 4: collections. 5: READMEs.
   */
  readonly formatVersion = 5
  /**
   * Each batch reads and writes again the bitmaps of its blocks: on a server, batches of 4,096 need 28 % less processor time than
   * those of 1,000. They would delay searches of an embedded catalog, which has one connection.
   */
  readonly batchSize: number
  readonly rebuildsFrom = 20_000
  readonly carriesVectors = false
  readonly #db: Kysely<Tables>
  readonly #readDb: Kysely<Tables>
  readonly #pool: pg.Pool
  readonly #termCache = new TermCache()
  readonly #postingCache: PostingCache
  readonly #frequentValues = new FrequentValues()

  /**
   * @param memoryMb megabytes of postings to cache between searches
   * @param readDb answers searches and suggestions; it may be a replica
   */
  constructor({ db, pool, engine }: SearchedCatalog<Tables>, memoryMb = 256, readDb: Kysely<Tables> = db) {
    this.#db = db
    this.#readDb = readDb
    this.#pool = pool
    this.batchSize = engine === 'embedded' ? 1_000 : 4_096
    this.#postingCache = new PostingCache(memoryMb * 1_048_576)
  }

  /** Only checks that the tables exist; the catalog's migrations create them. */
  async prepare(): Promise<string[]> {
    const { rows } = await sql<{ exists: boolean }>`
      select to_regclass('search.posting') is not null as exists`.execute(this.#db)
    if (rows[0]?.exists === true) return []
    throw new Error('The database has no search index: its schema is older than this program. Run `hubdex db migrate`.')
  }

  /** Refuses no document. */
  async apply(batch: SearchBatch): Promise<RefusedDocument[]> {
    const cacheTerms = await asOnlyWriter(this.#db, (transaction) => applyBatch(transaction, batch, this.#termCache))
    cacheTerms()
    return []
  }

  async search(query: SearchQuery): Promise<SearchResult> {
    const startedAt = performance.now()
    const checked = checkedQuery(query)
    return await this.#inSnapshot(async (snapshot) => {
      const postings = await this.#postingCache.at(snapshot)
      const byWords = await findMatches(snapshot, postings, checked)
      const { meaning } = checked
      const blended = meaning === undefined ? undefined : await withNearest(snapshot, byWords, meaning)
      const matches = blended ?? byWords
      const sort = checked.sort ?? (matches.expanded.words.length > 0 ? 'relevance' : 'trending')
      const tiers = sort === 'relevance' ? matches.tiers : [matches.all]
      const hits =
        blended === undefined || meaning === undefined
          ? await hitsOf(snapshot, tiers, sort, checked)
          : await blendedHits(snapshot, blended, meaning, checked)
      const facets: SearchResult['facets'] = {}
      const frequentValues = this.#frequentValues.at(snapshot, postings.version)
      for (const question of facetQuestions(matches, checked)) {
        Object.assign(facets, await countFacets({ db: snapshot, postings, frequentValues }, question))
      }
      const histograms: NonNullable<SearchResult['histograms']> = {}
      let histogramSample: number | undefined
      const ofRange = (field: RangeField) => (checked.ranges[field] === undefined ? 'of none' : field)
      for (const [field, fields] of Map.groupBy(checked.histograms, ofRange)) {
        const counted = await countBuckets(snapshot, fields, field === 'of none' ? matches.all : matches.withoutRange(field))
        Object.assign(histograms, counted.histograms)
        histogramSample ??= counted.sample
      }
      const { all, expanded, isRelaxed } = matches
      const readmeWords = checked.explain ? await readmeWordsOf(snapshot, hits) : undefined
      const explanations =
        readmeWords && hits.map((hit) => explain({ ...hit, ...readmeWords.get(hit.hubId) }, expanded, isRelaxed))
      return {
        ...{ total: all.count, isRelaxed, hits, facets },
        ...(blended === undefined ? {} : { byMeaning: blended.byMeaning }),
        ...(explanations === undefined ? {} : { explanations }),
        ...(checked.histograms.length > 0 && { histograms, ...(histogramSample !== undefined && { histogramSample }) }),
        tookMs: performance.now() - startedAt,
      }
    })
  }

  async suggest(query: CheckedSuggestQuery): Promise<Suggestion[]> {
    return await this.#inSnapshot(async (snapshot) => suggestInPostgres(snapshot, await this.#postingCache.at(snapshot), query))
  }

  async similarWords(word: string): Promise<string[]> {
    return await this.#inSnapshot((snapshot) => similarWords(snapshot, word))
  }

  /** Needs the extension pgvector, and an index of it that fits the vectors. */
  async prepareVectors({ dimensions }: EmbedderSpec): Promise<boolean> {
    const extension = await createVectorExtension(this.#db).catch((error: unknown) => {
      throw missingExtension(error instanceof Error ? error.message : String(error), error)
    })
    if (extension === undefined) throw missingExtension('the server does not have it')
    await createVectorIndex(this.#db, extension, dimensions)
    return false
  }

  async count(): Promise<number> {
    const { rows } = await sql<{ documents: number }>`
      select documents from search.term where field = ${LIVE}`.execute(this.#db)
    return rows[0]?.documents ?? 0
  }

  /**
   * Stores the postings of each term next to each other instead of in write order. With 100,000 documents in the embedded
   * database this takes 1.3 s and halves the 95th percentile of searches, because far fewer pages are read into its small
   * cache. Does nothing while a long transaction reads the postings.
   */
  async optimize(): Promise<void> {
    try {
      await asOnlyWriter(this.#db, async (transaction) => {
        await waitForTables(transaction, TABLE_WAIT_MS)
        await sql`cluster posting using posting_pkey`.execute(transaction)
      })
    } catch (error) {
      if (!isLockTimeout(error)) throw error
    }
  }

  async clear(): Promise<void> {
    await asOnlyWriter(this.#db, (transaction) =>
      sql`truncate search.document, search.posting, search.term, search.readme`.execute(transaction),
    )
  }

  /** A database has one such index. */
  async identity(): Promise<string> {
    return 'postgres'
  }

  async documents(hubIds: readonly string[]): Promise<SearchDocument[]> {
    return await documentsOf(this.#db, hubIds)
  }

  async *hubIds(): AsyncIterable<string[]> {
    for (let after = ''; ; ) {
      const { rows } = await sql<{ hub_id: string }>`
        select hub_id from search.document where hub_id > ${after} order by hub_id limit ${HUB_IDS_PER_PAGE}`.execute(this.#db)
      yield rows.map((row) => row.hub_id)
      after = rows.at(-1)?.hub_id ?? ''
      if (rows.length < HUB_IDS_PER_PAGE) return
    }
  }

  async build(): Promise<IndexBuild> {
    return await buildShadowIndex(this.#db, this.#pool, await this.identity())
  }

  /** One snapshot for all statements, so that an ordinal means the same document in each. */
  async #inSnapshot<Result>(read: (snapshot: Kysely<Tables>) => Promise<Result>): Promise<Result> {
    return await this.#readDb.connection().execute(async (connection) => {
      try {
        await START_SNAPSHOT.execute(connection)
        return await read(connection)
      } finally {
        // A connection that cannot roll back is broken, and the pool drops it.
        await sql`rollback`.execute(connection).catch(() => undefined)
      }
    })
  }
}

function missingExtension(reason: string, cause?: unknown): SearchUnavailable {
  return new SearchUnavailable(
    'vectors-unsupported',
    `Semantic search in Postgres needs the extension pgvector, which could not be created: ${reason}. Install its package ` +
      '(postgresql-NN-pgvector) and, as a superuser, run `create extension vector` in the database; or use Meilisearch.',
    { cause },
  )
}

/** One question for all fields without a filter, and one for each field with a filter. */
function facetQuestions(matches: Matches, { facets, filters, facetLimit: limit }: CheckedQuery): FacetQuestion[] {
  const questionOf = (fields: FilterField[], documents: DocumentSet) => ({
    ...{ fields, documents, limit },
    isAll: documents.count === matches.live,
  })
  const filtered = facets.filter((field) => filters.has(field))
  return [
    questionOf(
      facets.filter((field) => !filters.has(field)),
      matches.all,
    ),
    ...filtered.map((field) => questionOf([field], matches.withoutFilter(field))),
  ]
}
