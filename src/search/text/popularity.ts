import type { Counters } from '../search-document.ts'

/**
 * What breaks ties between equally good matches: `ln(1 + downloads) + 2 ln(1 + likes)`, in thousandths, rounded.
 *
 * Logarithms, because both counters span seven orders of magnitude. A like weighs double: it is given by a person,
 * whereas downloads are mostly machines that fetch the same file again. An integer, so that every engine orders alike.
 */
export function popularityOf({ downloads, likes }: Pick<Counters, 'downloads' | 'likes'>): number {
  return Math.round(1000 * (Math.log1p(Math.max(0, downloads)) + 2 * Math.log1p(Math.max(0, likes))))
}
