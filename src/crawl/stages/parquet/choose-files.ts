/**
 * Which footers to read of splits with so many files each: the first of every split, then the second of every one and so on,
 * up to a number a split and a number in all.
 *
 * @returns for each split how many of its files, from the first on
 */
export function chooseFiles(files: readonly number[], mostOfSplit: number, mostInAll: number): number[] {
  const chosen = files.map(() => 0)
  let left = mostInAll
  for (let round = 0; round < mostOfSplit && left > 0; round++) {
    for (const [index, count] of files.entries()) {
      if (count <= round || left === 0) continue
      chosen[index] = round + 1
      left--
    }
  }
  return chosen
}
