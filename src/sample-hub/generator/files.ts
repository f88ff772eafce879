import { createQuantile } from './distribution.ts'
import { MANY_FILES, oddityAt } from './oddity.ts'
import type { Population } from './population.ts'
import { Topic } from './topic.ts'

const fileCountOf = createQuantile([
  [0.17, 1],
  [0.25, 3],
  [0.5, 8],
  [0.75, 10],
  [0.9, 13],
  [0.95, 18],
  [0.99, 37],
  [0.999, 238],
  [1, 1500],
])

const LARGE_FILE = /\.(safetensors|parquet|gguf|bin)$/

/** Whether the Hub stores such a file outside git. */
export function isLargeFile(name: string): boolean {
  return LARGE_FILE.test(name)
}

/**
 * The names of the files of a repo: the usual ones in their order, then `numbered` ones up to the drawn count. Sizes and hashes
 * are those of their contents.
 */
export function filesAt(
  { draw }: Population,
  index: number,
  usual: readonly string[],
  numbered: (number: number) => string,
): { readonly rfilename: string }[] {
  const isMany = oddityAt(index) === 'many-files'
  // Every generated repo may have a card, and so has the file that it is in.
  const count = isMany ? MANY_FILES : Math.max(2, fileCountOf(draw(index, Topic.files)))
  return Array.from({ length: count }, (_, file) => ({ rfilename: usual[file] ?? numbered(file - usual.length) }))
}
