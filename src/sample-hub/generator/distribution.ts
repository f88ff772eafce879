import type { Weighted } from '../vocabulary.ts'

/** Points of a measured distribution: at most `share` of the repos have a value up to `value`. */
export type Quantiles = readonly (readonly [share: number, value: number])[]

/** Interpolates logarithmically, since counts span eight digits, and rounds up, so that only the share at zero has zero. */
export function createQuantile(quantiles: Quantiles): (uniform: number) => number {
  const shares = quantiles.map(([share]) => share)
  const logarithms = quantiles.map(([, value]) => Math.log1p(value))
  const [, greatest] = quantiles.at(-1) ?? [1, 0]

  return (uniform) => {
    let lowShare = 0
    let low = 0
    for (let point = 0; point < shares.length; point++) {
      const highShare = shares[point] ?? 1
      const high = logarithms[point] ?? 0
      if (uniform < highShare) {
        if (high === low) return Math.round(Math.expm1(low))
        return Math.ceil(Math.expm1(low + ((uniform - lowShare) / (highShare - lowShare)) * (high - low)))
      }
      lowShare = highShare
      low = high
    }
    return greatest
  }
}

/** Turns uniform draws into values by weight. */
export function createPicker(weighted: Weighted): (uniform: number) => string {
  const total = weighted.reduce((sum, [, weight]) => sum + weight, 0)
  let sum = 0
  const limits = weighted.map(([, weight]) => {
    sum += weight
    return sum / total
  })
  const values = weighted.map(([value]) => value)
  const last = values.at(-1) ?? ''
  return (uniform) => values[limits.findIndex((limit) => uniform < limit)] ?? last
}
