/**
 * An `_id` in the Hub's format: the second of creation, then digits of the thing's own kind, then a number.
 *
 * @param digits repeated, so that ids of different kinds differ
 */
export function newHubId(createdMs: number, digits: string, count: number): string {
  const seconds = Math.max(0, Math.floor(createdMs / 1000))
  const middle = digits.repeat(8).slice(0, 8)
  return seconds.toString(16).padStart(8, '0').slice(-8) + middle + count.toString(16).padStart(8, '0')
}
