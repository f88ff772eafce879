/**
 * Chooses the files whose footers are read: the first of every split, then the second of every split and so on, up to a limit
 * per split and in total.
 *
 * @param files number of files per split
 * @returns for each split, how many of its files to read, from the first on
 */
export function chooseFiles(files: readonly number[], maxPerSplit: number, maxTotal: number): number[] {
  const chosen = files.map(() => 0)
  let left = maxTotal
  for (let round = 0; round < maxPerSplit && left > 0; round++) {
    for (const [index, count] of files.entries()) {
      if (count <= round || left === 0) continue
      chosen[index] = round + 1
      left--
    }
  }
  return chosen
}
