import type { FileEntry } from '../../hub-server/hub-files.ts'
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

/** The files of a repo: the usual ones in their order, then `numbered` ones up to the drawn count. */
export function filesAt(
  population: Population,
  index: number,
  usual: readonly string[],
  numbered: (number: number) => string,
  blobs: boolean,
): FileEntry[] {
  const { draw } = population
  const isMany = oddityAt(index) === 'many-files'
  const count = isMany ? MANY_FILES : Math.max(1, fileCountOf(draw(index, Topic.files)))
  const files: FileEntry[] = []
  for (let file = 0; file < count; file++) {
    const rfilename = usual[file] ?? numbered(file - usual.length)
    files.push(blobs ? withBlob(population, index, file, rfilename) : { rfilename })
  }
  return files
}

function withBlob(population: Population, index: number, file: number, rfilename: string): FileEntry {
  const share = population.draw(index, Topic.fileSize + file * 1000)
  const blobId = population.shaAt(index + file)
  if (!isLargeFile(rfilename)) return { rfilename, size: Math.round(100 * 1000 ** share), blobId }
  const size = Math.round(1e6 * 1e4 ** share)
  const sha256 = blobId + population.shaAt(index + file + 1).slice(0, 24)
  return { rfilename, size, blobId, lfs: { sha256, size, pointerSize: 127 + String(size).length } }
}
