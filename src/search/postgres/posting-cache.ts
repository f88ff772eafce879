import type { Kysely } from 'kysely'
import type { BlockPart } from './block-parts.ts'
import { blockVersions } from './block-versions.ts'
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
  snapshot: Kysely<unknown>,
  asked: readonly Asked[],
  blocks: readonly number[],
) => Promise<Map<Asked['key'], BlockPart[]>>

interface KnownPostings {
  /** Of each block when it was read. */
  versions: readonly string[]
  postings: Postings
}

interface Unread<Asked> {
  asked: Asked
  postings: Postings
  changed: ReadonlySet<number>
}

/** How many rows are read in one statement, at most 8 MB: the driver holds them several times over. */
const READ_ROWS = (8 * 1_048_576) / BLOCK_BYTES

/**
 * Postings remembered between searches: to count five facets over a million documents some 40 MB of them are looked at. They
 * are trusted block by block, as long as the version of the block in the snapshot of the search is that with which they
 * were read, so that whoever else writes the index needs to tell nobody.
 */
export class PostingCache {
  readonly #maxBytes: number
  /** The least recently used first. */
  readonly #known = new Map<number | string, KnownPostings>()
  #bytes = 0
  #versions: readonly string[] = []

  /** @param maxBytes how much is remembered; more is read, and forgotten again */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Tells the postings of all that is asked for, as of a snapshot, in any order. */
  async each<Tables, Asked extends Remembered>(
    snapshot: Kysely<Tables>,
    all: readonly Asked[],
    read: Reader<Asked>,
    tell: (asked: Asked, postings: Postings) => void,
  ): Promise<void> {
    if (all.length === 0) return
    const versions = await this.#versionsIn(snapshot)
    const changedSince = rememberingLast((before: readonly string[]) => blocksChanged(before, versions))
    const unread: Unread<Asked>[] = []
    for (const asked of all) {
      const known = this.#known.get(asked.key) ?? UNKNOWN
      const changed = changedSince(known.versions)
      if (changed.size > 0) unread.push({ asked, postings: known.postings, changed })
      else tell(asked, this.#use(asked.key, known).postings)
    }
    for (const some of inSlices(unread)) {
      // Mostly they lack the same blocks.
      const blocks = new Set(some.flatMap(({ changed }) => [...changed]))
      const parts = await read(
        snapshot as Kysely<unknown>,
        some.map(({ asked }) => asked),
        [...blocks],
      )
      for (const { asked, postings: known, changed } of some) {
        const { key, documents } = asked
        const postings = known.replacing(changed, parts.get(key) ?? [], versions.length, documents)
        tell(asked, this.#use(key, { versions, postings }).postings)
      }
    }
  }

  /** The same object as long as nothing has changed, which is quicker to compare than what is in it. */
  async #versionsIn<Tables>(snapshot: Kysely<Tables>): Promise<readonly string[]> {
    const versions = await blockVersions(snapshot)
    if (blocksChanged(this.#versions, versions).size > 0) this.#versions = versions
    return this.#versions
  }

  #use(key: number | string, known: KnownPostings): KnownPostings {
    this.#bytes -= this.#known.get(key)?.postings.bytes ?? 0
    this.#known.delete(key)
    this.#known.set(key, known)
    this.#bytes += known.postings.bytes
    for (const [oldest, { postings }] of this.#known) {
      if (this.#bytes <= this.#maxBytes) break
      this.#known.delete(oldest)
      this.#bytes -= postings.bytes
    }
    return known
  }
}

const UNKNOWN: KnownPostings = { versions: [], postings: Postings.none }

function blocksChanged(before: readonly string[], after: readonly string[]): Set<number> {
  if (before === after) return new Set()
  return new Set([...after.keys()].filter((block) => before[block] !== after[block]))
}

/** Most were read together with the one before. */
function rememberingLast<Input, Output>(compute: (input: Input) => Output): (input: Input) => Output {
  let last: { input: Input; output: Output } | undefined
  return (input) => {
    if (last?.input !== input) last = { input, output: compute(input) }
    return last.output
  }
}

function* inSlices<Asked extends Remembered>(unread: readonly Unread<Asked>[]): Iterable<Unread<Asked>[]> {
  let slice: Unread<Asked>[] = []
  let rows = 0
  for (const one of unread) {
    slice.push(one)
    rows += Math.min(one.changed.size, one.asked.documents)
    if (rows < READ_ROWS) continue
    yield slice
    slice = []
    rows = 0
  }
  if (slice.length > 0) yield slice
}
