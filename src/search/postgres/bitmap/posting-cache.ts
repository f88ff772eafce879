import { type Kysely, sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { BlockPart } from './block-parts.ts'
import { BLOCK_BYTES } from './blocks.ts'
import { Postings } from './postings.ts'

/** What is remembered: the postings of a term, or those of several united. */
export interface Remembered {
  key: number | string
  /** How many documents are in them. */
  documents: number
}

/** Reads postings, those in some blocks, by their keys. */
export type Reader<Asked extends Remembered> = (
  asked: readonly Asked[],
  blocks: readonly number[],
) => Promise<Map<Asked['key'], BlockPart[]>>

/** The postings as they are in the snapshot of a search. */
export interface SnapshotPostings {
  /** Tells those of all that is asked for, in any order. What is not remembered is read. */
  each<Asked extends Remembered>(
    all: readonly Asked[],
    read: Reader<Asked>,
    visit: (asked: Asked, postings: Postings) => void,
  ): Promise<void>
}

interface KnownPostings {
  postings: Postings
  /** The number of the look as of which they are known. */
  look: number
}

interface Unread<Asked> extends KnownPostings {
  asked: Asked
}

/** How many rows of terms are read in one statement, at most 8 MB: the driver holds them several times over. */
const READ_ROWS = (8 * 1_048_576) / BLOCK_BYTES

/**
 * Postings remembered between searches: to count five facets over a million documents some 40 MB of them are looked at. They
 * are trusted block by block, as long as the version of the block in the snapshot of a search is the one that it had when
 * they were read. So whoever else writes the index needs to tell nobody.
 */
export class PostingCache {
  readonly #known: LRUCache<number | string, KnownPostings>
  /** Of each block, when it was last looked at. */
  #versions: readonly string[] = []
  /** Of each block, the number of the look that found it changed. */
  #changedIn: number[] = []
  #looks = 0

  /** @param maxBytes how much is remembered; more is read, and forgotten again */
  constructor(maxBytes: number) {
    const maxSize = Math.max(1, Math.floor(maxBytes))
    this.#known = new LRUCache({ maxSize, sizeCalculation: ({ postings }) => postings.bytes })
  }

  async at<Tables>(snapshot: Kysely<Tables>): Promise<SnapshotPostings> {
    const versions = await blockVersions(snapshot)
    return { each: (all, read, visit) => this.#each(versions, all, read, visit) }
  }

  async #each<Asked extends Remembered>(
    versions: readonly string[],
    all: readonly Asked[],
    read: Reader<Asked>,
    visit: (asked: Asked, postings: Postings) => void,
  ): Promise<void> {
    const look = this.#lookAt(versions)
    const changedSince = rememberingAll((since: number) => this.#changedSince(since))
    const unread: Unread<Asked>[] = []
    // All without a pause: another search may look at another snapshot, and blocks then change back and forth.
    for (const asked of all) {
      const known = this.#known.get(asked.key) ?? UNKNOWN
      if (changedSince(known.look).length > 0) unread.push({ asked, ...known })
      else visit(asked, known.postings)
    }
    for (const [since, alike] of Map.groupBy(unread, (one) => one.look)) {
      const blocks = changedSince(since)
      const changed = new Set(blocks)
      for (const some of inSlices(alike, blocks.length)) {
        const parts = await read(
          some.map(({ asked }) => asked),
          blocks,
        )
        for (const { asked, postings: known } of some) {
          const { key, documents } = asked
          const postings = known.replacing(changed, parts.get(key) ?? [], versions.length, documents)
          this.#known.set(key, { postings, look })
          visit(asked, postings)
        }
      }
    }
  }

  /** @returns the number of this look, which is that of the one before when no block has changed since */
  #lookAt(versions: readonly string[]): number {
    const changed = [...versions.keys()].filter((block) => versions[block] !== this.#versions[block])
    if (changed.length > 0) this.#looks++
    for (const block of changed) this.#changedIn[block] = this.#looks
    this.#versions = versions
    return this.#looks
  }

  #changedSince(look: number): number[] {
    return [...this.#versions.keys()].filter((block) => (this.#changedIn[block] ?? 0) > look)
  }
}

const UNKNOWN: KnownPostings = { postings: Postings.none, look: 0 }

/**
 * The version of each block, by its number. As long as it is the same, the documents of the block have the same terms: it is
 * written in the transaction that changes them, and never comes back.
 */
async function blockVersions<Tables>(snapshot: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ block: number; version: string }>`
    select block, version from search.block`.execute(snapshot)
  const versions: string[] = []
  for (const { block, version } of rows) versions[block] = version
  return versions
}

function rememberingAll<Input, Output>(compute: (input: Input) => Output): (input: Input) => Output {
  const outputs = new Map<Input, Output>()
  return (input) => {
    const output = outputs.get(input) ?? compute(input)
    outputs.set(input, output)
    return output
  }
}

function* inSlices<Asked extends Remembered>(
  unread: readonly Unread<Asked>[],
  blocks: number,
): Iterable<Unread<Asked>[]> {
  let slice: Unread<Asked>[] = []
  let rows = 0
  for (const one of unread) {
    slice.push(one)
    rows += Math.min(blocks, one.asked.documents)
    if (rows < READ_ROWS) continue
    yield slice
    slice = []
    rows = 0
  }
  if (slice.length > 0) yield slice
}
