import { type Kysely, sql } from 'kysely'
import type { FilterField } from '../../search-fields.ts'

export interface FrequentValue {
  /** The id of the term. */
  key: number
  field: FilterField
  value: string
  /** How many documents of the whole index have it. */
  documents: number
}

/** Values of a field, most frequent first: those at positions `from` to `to`, exclusive, that `threshold` documents have. */
export interface FrequentRange {
  field: FilterField
  threshold: number
  from: number
  to: number
}

export type ReadFrequentValues = (ranges: readonly FrequentRange[]) => Promise<FrequentValue[]>

/** The most frequent values of a field. */
interface ValueList {
  values: readonly FrequentValue[]
  /** No other value has as many documents. */
  completeFrom: number
}

const NOTHING: ValueList = { values: [], completeFrom: Number.POSITIVE_INFINITY }
/** Longer lists are not cached. */
const MAX_CACHED = 5_000

/** Caches the most frequent values of the fields for as long as the index does not change. */
export class FrequentValues {
  #version = ''
  #lists = new Map<FilterField, ValueList>()

  /** @param version of all blocks of the index in the snapshot */
  at<Tables>(snapshot: Kysely<Tables>, version: string): ReadFrequentValues {
    return async (ranges) => {
      if (version !== this.#version) {
        this.#version = version
        this.#lists = new Map()
      }
      // A concurrent search with another snapshot replaces the map.
      const cached = this.#lists
      const lists = await completeLists(snapshot, cached, ranges)
      for (const [field, list] of lists) if (list.values.length <= MAX_CACHED) cached.set(field, list)
      return ranges.flatMap(({ field, threshold, from, to }) =>
        (lists.get(field) ?? NOTHING).values.slice(from, to).filter(({ documents }) => documents >= threshold),
      )
    }
  }
}

/** The lists with as many values as the ranges need. */
async function completeLists<Tables>(
  db: Kysely<Tables>,
  cached: ReadonlyMap<FilterField, ValueList>,
  ranges: readonly FrequentRange[],
): Promise<Map<FilterField, ValueList>> {
  const lists = new Map(ranges.map(({ field }) => [field, cached.get(field) ?? NOTHING]))
  const lengthOf = (field: FilterField) => (lists.get(field) ?? NOTHING).values.length
  const short = ranges.filter(
    ({ field, threshold, to }) => lengthOf(field) < to && (lists.get(field) ?? NOTHING).completeFrom > threshold,
  )
  if (short.length === 0) return lists
  const { rows } = await sql<FrequentValue>`
    select term.* from unnest(
      ${short.map(({ field }) => field)}::text[], ${short.map(({ threshold }) => threshold)}::int[],
      ${short.map(({ field }) => lengthOf(field))}::int[], ${short.map(({ to }) => to)}::int[]
    ) as asked (field, threshold, first, last)
    cross join lateral (
      select id as key, field, value, documents from search.term
      where term.field = asked.field and documents > 0 and documents >= asked.threshold
      order by documents desc, value limit asked.last - asked.first offset asked.first
    ) as term`.execute(db)
  for (const { field, threshold, to } of short) {
    const { values, completeFrom } = lists.get(field) ?? NOTHING
    const all = [...values, ...rows.filter((row) => row.field === field)]
    lists.set(field, { values: all, completeFrom: all.length < to ? threshold : completeFrom })
  }
  return lists
}
