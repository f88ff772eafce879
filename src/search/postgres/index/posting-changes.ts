import { type Kysely, sql } from 'kysely'
import { BLOCK_SIZE, blockOf } from '../bitmap/blocks.ts'

/** 2^16 blocks hold 537 million documents. */
const MAX_BLOCKS = 65_536

const NO_BITS = sql.raw(`B'0'::bit(${BLOCK_SIZE})::bit varying`)

/** Ordinals to set or clear in the postings of terms, collected for a batch and written in one statement. */
export class PostingChanges {
  /** Offsets within a block, by a key made of term and block. */
  readonly #offsets = new Map<number, number[]>()

  add(termIds: Iterable<number>, ordinal: number): void {
    const block = blockOf(ordinal)
    for (const termId of termIds) {
      const key = termId * MAX_BLOCKS + block
      const offsets = this.#offsets.get(key)
      if (offsets === undefined) this.#offsets.set(key, [ordinal % BLOCK_SIZE])
      else offsets.push(ordinal % BLOCK_SIZE)
    }
  }

  /** Bits of new documents mostly come after the existing ones and are then only appended. */
  async setBits<Tables>(db: Kysely<Tables>): Promise<void> {
    if (this.#offsets.size === 0) return
    await sql`
      insert into posting (term_id, block, first, bits)
      select term_id, block, first, bits from ${this.#asRows()}
      on conflict (term_id, block) do update set
        first = least(posting.first, excluded.first),
        bits = case when excluded.first >= posting.first + length(posting.bits)
          then posting.bits
            || substring(${NO_BITS} for excluded.first - posting.first - length(posting.bits)) || excluded.bits
          else substring(
            search.whole_block(posting.bits, posting.first) | search.whole_block(excluded.bits, excluded.first)
            from least(posting.first, excluded.first) + 1
            for greatest(posting.first + length(posting.bits), excluded.first + length(excluded.bits))
              - least(posting.first, excluded.first))
        end`.execute(db)
  }

  /** A posting without bits stays, because its term mostly comes back. */
  async clearBits<Tables>(db: Kysely<Tables>): Promise<void> {
    if (this.#offsets.size === 0) return
    await sql`
      update posting
      set bits = substring(
        search.whole_block(posting.bits, posting.first) & ~search.whole_block(changes.bits, changes.first)
        from posting.first + 1 for length(posting.bits))
      from ${this.#asRows()} where posting.term_id = changes.term_id and posting.block = changes.block`.execute(db)
  }

  #asRows() {
    const rows = [...this.#offsets].map(([key, offsets]) => ({
      termId: Math.floor(key / MAX_BLOCKS),
      block: key % MAX_BLOCKS,
      ...trimmedBits(offsets),
    }))
    return sql`unnest(
      ${rows.map((row) => row.termId)}::int[], ${rows.map((row) => row.block)}::int[],
      ${rows.map((row) => row.first)}::int[], ${rows.map((row) => row.literal)}::varbit[]
    ) as changes (term_id, block, first, bits)`
  }
}

/** The bytes from the first to the last that contains one of the offsets. */
function trimmedBits(offsets: readonly number[]): { first: number; literal: string } {
  const firstByte = Math.min(...offsets) >> 3
  const bytes = Buffer.alloc((Math.max(...offsets) >> 3) - firstByte + 1)
  for (const offset of offsets) {
    const index = (offset >> 3) - firstByte
    bytes[index] = (bytes[index] ?? 0) | (128 >> (offset & 7))
  }
  return { first: firstByte * 8, literal: `x${bytes.toString('hex')}` }
}
