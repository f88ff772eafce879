/**
 * The known word that a mistyped one most likely means, if any is close enough. Letter case and separators are ignored, and
 * about a third of the letters may be wrong, but never all of them.
 */
export function closestMatch(word: string, known: Iterable<string>): string | undefined {
  const wanted = bare(word)
  let best: string | undefined
  let bestDistance = Math.min(Math.max(2, Math.floor(wanted.length / 3)) + 1, wanted.length)
  for (const candidate of known) {
    const distance = editDistance(wanted, bare(candidate))
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

function bare(word: string): string {
  // The first 100 characters are enough: the table below grows with the product of the lengths.
  return word
    .toLowerCase()
    .replace(/[-_. ]/g, '')
    .slice(0, 100)
}

/** Insertions, deletions, substitutions and swaps of neighbors, each counted once. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const substitution = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1)
      let cost = Math.min(substitution, at(last, column) + 1, at(current, column - 1) + 1)
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) cost = Math.min(cost, at(beforeLast, column - 2) + 1)
      current.push(cost)
    }
    beforeLast = last
    last = current
  }
  return at(last, b.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
