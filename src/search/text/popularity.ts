import type { Counters } from '../search-document.ts'

/**
 * Breaks ties between equally good matches: `ln(1 + downloads) + 2 ln(1 + likes)`, in thousandths, rounded.
 *
 * Logarithms, because both counters span seven orders of magnitude. A like counts double because a person gives it, while most
 * downloads are machines that fetch the same file again. An integer, so that all engines sort alike.
 */
export function popularityOf({ downloads, likes }: Pick<Counters, 'downloads' | 'likes'>): number {
  return Math.round(1000 * (Math.log1p(Math.max(0, downloads)) + 2 * Math.log1p(Math.max(0, likes))))
}
