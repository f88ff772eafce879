import { type Kysely, sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import { PREPARED } from '../../../catalog/postgres/prepared-statements.ts'
import type { BlockPart } from './block-parts.ts'
import { BLOCK_BYTES } from './blocks.ts'
import { Postings } from './postings.ts'

/** Requests the postings of a term, or the union of those of several. */
export interface CacheRequest {
  key: number | string
  /** How many documents they contain. */
  documents: number
}

/** Loads postings from the database, in some blocks, by their keys. */
export type LoadPostings<Request extends CacheRequest> = (
  requests: readonly Request[],
  blocks: readonly number[],
) => Promise<Map<Request['key'], BlockPart[]>>

/** The postings as of a search's snapshot. */
export interface SnapshotPostings {
  /** Another one after each change of any posting. */
  readonly version: string
  /** Visits all requested postings, in any order. Those that are not cached are loaded. */
  forEach<Request extends CacheRequest>(
    requests: readonly Request[],
    load: LoadPostings<Request>,
    visit: (request: Request, postings: Postings) => void,
  ): Promise<void>
  /**
   * Visits requested postings that are cached, or were requested before and can be loaded in a short time. So a process that
   * searches once loads none, and no search of another process pays for all of those after it.
   * @returns the others
   */
  forEachAtHand<Request extends CacheRequest>(
    requests: readonly Request[],
    load: LoadPostings<Request>,
    visit: (request: Request, postings: Postings) => void,
  ): Promise<Request[]>
}

interface CachedPostings {
  postings: Postings
  /** Sequence number of the snapshot these postings were read at. */
  snapshotNo: number
}

interface CacheMiss<Request> extends CachedPostings {
  request: Request
  /** Those that changed since the snapshot. */
  blocks: readonly number[]
}

interface Misses<Request> {
  /** The snapshot of the search. */
  snapshotNo: number
  misses: readonly CacheMiss<Request>[]
}

/** Keys that were requested lately. */
const MAX_REQUESTED = 50_000
/** The maximum number of rows per statement, at most 8 MB: the driver holds them several times over. */
const MAX_ROWS = (8 * 1_048_576) / BLOCK_BYTES
/**
 * The maximum number of rows that a search loads for later ones. With a quarter of it, the 95th percentile of ten rounds over a
 * million documents was 197 instead of 135 ms, and with four times as many the same.
 */
const MAX_ROWS_AT_HAND = 4 * MAX_ROWS

/**
 * Caches postings between searches: counting five facets over a million documents needs some 40 MB of them. Each block of them
 * is valid as long as its version is the one at which it was read, so writers in other processes need not invalidate them.
 */
export class PostingCache {
  readonly #cached: LRUCache<number | string, CachedPostings>
  readonly #requested = new LRUCache<number | string, true>({ max: MAX_REQUESTED })
  /** By block, its version in the latest snapshot. */
  #versions: readonly string[] = []
  /** By block, the number of the snapshot that found it changed. */
  #changedIn: number[] = []
  #snapshotNo = 0

  /** @param maxBytes the size of the cache; it evicts what has not been used for longest */
  constructor(maxBytes: number) {
    const maxSize = Math.max(1, Math.floor(maxBytes))
    this.#cached = new LRUCache({ maxSize, sizeCalculation: ({ postings }) => postings.bytes })
  }

  async at<Tables>(snapshot: Kysely<Tables>): Promise<SnapshotPostings> {
    const versions = await blockVersions(snapshot)
    return {
      version: versions.join(),
      forEach: async (requests, load, visit) => {
        const misses = this.#visitCached(versions, requests, visit)
        await this.#load(versions, misses, load, visit)
      },
      forEachAtHand: async (requests, load, visit) => {
        const { loaded, others } = this.#chooseLoaded(this.#visitCached(versions, requests, visit))
        await this.#load(versions, loaded, load, visit)
        return others
      },
    }
  }

  /** Without a pause: a concurrent search may have another snapshot, and blocks then change back and forth. */
  #visitCached<Request extends CacheRequest>(
    versions: readonly string[],
    requests: readonly Request[],
    visit: (request: Request, postings: Postings) => void,
  ): Misses<Request> {
    const snapshotNo = this.#numberOf(versions)
    const changedSince = memoized((since: number) => this.#changedSince(since))
    const misses: CacheMiss<Request>[] = []
    for (const request of requests) {
      const cached = this.#cached.get(request.key) ?? NOT_CACHED
      const blocks = changedSince(cached.snapshotNo)
      if (blocks.length > 0) misses.push({ request, blocks, ...cached })
      else visit(request, cached.postings)
    }
    return { snapshotNo, misses }
  }

  #chooseLoaded<Request extends CacheRequest>({ snapshotNo, misses }: Misses<Request>) {
    const loaded: CacheMiss<Request>[] = []
    const others: Request[] = []
    let rows = 0
    for (const miss of misses) {
      const { request } = miss
      const isKnown = this.#requested.has(request.key)
      this.#requested.set(request.key, true)
      if (isKnown) rows += rowsOf(miss)
      if (isKnown && rows <= MAX_ROWS_AT_HAND) loaded.push(miss)
      else others.push(request)
    }
    return { loaded: { snapshotNo, misses: loaded }, others }
  }

  async #load<Request extends CacheRequest>(
    versions: readonly string[],
    { snapshotNo, misses }: Misses<Request>,
    load: LoadPostings<Request>,
    visit: (request: Request, postings: Postings) => void,
  ): Promise<void> {
    for (const group of Map.groupBy(misses, (miss) => miss.blocks).values()) {
      const blocks = group[0]?.blocks ?? []
      const changed = new Set(blocks)
      for (const slice of inSlices(group)) {
        const parts = await load(
          slice.map(({ request }) => request),
          blocks,
        )
        for (const { request, postings: cached } of slice) {
          const { key, documents } = request
          const postings = cached.replacing(changed, parts.get(key) ?? [], versions.length, documents)
          this.#cached.set(key, { postings, snapshotNo })
          visit(request, postings)
        }
      }
    }
  }

  /** The number of a snapshot with these block versions: that of the previous one if no block has changed. */
  #numberOf(versions: readonly string[]): number {
    const changed = [...versions.keys()].filter((block) => versions[block] !== this.#versions[block])
    if (changed.length > 0) this.#snapshotNo++
    for (const block of changed) this.#changedIn[block] = this.#snapshotNo
    this.#versions = versions
    return this.#snapshotNo
  }

  #changedSince(snapshotNo: number): number[] {
    return [...this.#versions.keys()].filter((block) => (this.#changedIn[block] ?? 0) > snapshotNo)
  }
}

const NOT_CACHED: CachedPostings = { postings: Postings.none, snapshotNo: 0 }

/** The version of each block. It is written in the transaction that changes terms of the block, and is never reused. */
async function blockVersions<Tables>(snapshot: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ block: number; version: string }>`
    ${PREPARED} select block, version from search.block`.execute(snapshot)
  const versions: string[] = []
  for (const { block, version } of rows) versions[block] = version
  return versions
}

function memoized<Input, Output>(compute: (input: Input) => Output): (input: Input) => Output {
  const outputs = new Map<Input, Output>()
  return (input) => {
    const output = outputs.get(input) ?? compute(input)
    outputs.set(input, output)
    return output
  }
}

function* inSlices<Request extends CacheRequest>(misses: readonly CacheMiss<Request>[]): Iterable<CacheMiss<Request>[]> {
  let slice: CacheMiss<Request>[] = []
  let rows = 0
  for (const miss of misses) {
    slice.push(miss)
    rows += rowsOf(miss)
    if (rows < MAX_ROWS) continue
    yield slice
    slice = []
    rows = 0
  }
  if (slice.length > 0) yield slice
}

function rowsOf({ blocks, request }: CacheMiss<CacheRequest>): number {
  return Math.min(blocks.length, request.documents)
}
