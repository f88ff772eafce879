/** Whether at most one edit turns one word into the other: a letter inserted, deleted or replaced, or two neighbors swapped. */
export function isWithinOneEdit(left: string, right: string): boolean {
  const [short, long] = inOrderOfLength([...left], [...right])
  if (long.length - short.length > 1) return false
  let start = 0
  while (start < short.length && short[start] === long[start]) start++
  let end = 0
  while (end < short.length - start && short.at(-1 - end) === long.at(-1 - end)) end++
  // What differs between the common prefix and suffix.
  const shortMiddle = short.slice(start, short.length - end)
  const longMiddle = long.slice(start, long.length - end)
  if (longMiddle.length <= 1) return true
  return longMiddle.length === 2 && shortMiddle.length === 2 && isSwap(shortMiddle, longMiddle)
}

function isSwap(left: readonly string[], right: readonly string[]): boolean {
  return left[0] === right[1] && left[1] === right[0]
}

function inOrderOfLength(left: string[], right: string[]): [string[], string[]] {
  return left.length <= right.length ? [left, right] : [right, left]
}
