import type { SearchDocument } from '../search-document.ts'

/** How alike two repos are: the parts from 0 to 1, and their weighted mean. */
export interface Similarity {
  score: number
  base: number
  task: number
  tags: number
  size: number
}

/** What each part counts. A shared base model says most: such repos are variants of one another. */
const WEIGHTS = { base: 4, task: 3, tags: 2, size: 1 }
const TOTAL = 10
/** Sizes this many doublings apart have nothing in common. */
const DOUBLINGS = 2
/** Tags that other parts count, and where the files are hosted. */
const COUNTED_ELSEWHERE = /^(?:base_model|region|task_categories|size_categories):/

/**
 * Compares two repos. `base` is 1 if one derives from the other or both derive from the same model; `task` is the share of
 * common tasks; `tags` that of common tags, rare ones counting more; `size` falls from 1 for the same number of parameters to
 * 0 for four times as many, and for datasets is 1 in the same size category. A part that neither repo has counts 0.
 * @param weightOf a tag, by its rarity
 */
export function similarityOf(left: SearchDocument, right: SearchDocument, weightOf: (tag: string) => number): Similarity {
  const parts = {
    base: areRelated(left, right) ? 1 : 0,
    task: shareOf(left.task, right.task, () => 1),
    tags: shareOf(comparedTags(left), comparedTags(right), weightOf),
    size: sizeOf(left, right),
  }
  const { base, task, tags, size } = WEIGHTS
  return { score: (base * parts.base + task * parts.task + tags * parts.tags + size * parts.size) / TOTAL, ...parts }
}

/** The models from which a repo derives, from its tags `base_model:owner/name` and `base_model:quantized:owner/name`. */
export function basesOf({ tags }: SearchDocument): string[] {
  const bases = tags.flatMap((tag) => (tag.startsWith('base_model:') ? [tag.slice(tag.lastIndexOf(':') + 1)] : []))
  return [...new Set(bases)]
}

/** The tags that say what a repo is about. */
export function comparedTags({ tags, task }: SearchDocument): string[] {
  return tags.filter((tag) => !COUNTED_ELSEWHERE.test(tag) && !task.includes(tag))
}

function areRelated(left: SearchDocument, right: SearchDocument): boolean {
  const [ofLeft, ofRight] = [basesOf(left), basesOf(right)]
  return ofLeft.includes(right.id) || ofRight.includes(left.id) || ofLeft.some((base) => ofRight.includes(base))
}

/** The weight of what is in both lists, of that of what is in any. */
function shareOf(left: readonly string[], right: readonly string[], weightOf: (value: string) => number): number {
  const all = new Set([...left, ...right])
  const inBoth = new Set(left.filter((value) => right.includes(value)))
  const sum = (values: Iterable<string>) => Array.from(values, weightOf).reduce((total, weight) => total + weight, 0)
  const whole = sum(all)
  return whole === 0 ? 0 : sum(inBoth) / whole
}

function sizeOf(left: SearchDocument, right: SearchDocument): number {
  if (left.parameters !== null && right.parameters !== null && left.parameters > 0 && right.parameters > 0) {
    return Math.max(0, 1 - Math.abs(Math.log2(left.parameters / right.parameters)) / DOUBLINGS)
  }
  return left.sizeCategory.some((size) => right.sizeCategory.includes(size)) ? 1 : 0
}
