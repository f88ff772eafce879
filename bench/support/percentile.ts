/** A percentile of some times; 0 without any. @param share from 0 to 1; 1 is the longest */
export function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((left, right) => left - right)
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0
}
