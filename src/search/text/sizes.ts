/** Units of numbers of parameters, largest first. */
const UNITS = [
  { letter: 't', size: 1e12, names: ['t', 'trillion', 'trillions'] },
  { letter: 'b', size: 1e9, names: ['b', 'bn', 'billion', 'billions'] },
  { letter: 'm', size: 1e6, names: ['m', 'million', 'millions'] },
  { letter: 'k', size: 1e3, names: ['k', 'thousand'] },
] as const

const NUMBER = /^\d{1,4}(?:\.\d{1,3})?$/
const NUMBER_WITH_UNIT = /^(\d{1,4}(?:\.\d{1,3})?)([a-z]{1,2})$/
/** How far a model may be from the size by which it is known: Mistral 7B has 7.2 billion parameters, Qwen 7B has 7.6. */
const LEAST = 0.92
const MOST = 1.12

/**
 * The sizes by which people know a model with this number of parameters: `7.6b`, `8b` and `7b` for 7,615,616,512. They have
 * one or two digits, or three before the point, rounded or cut off, as far as they are near the number. Hundreds of millions
 * count as parts of a billion, too: `500m` and `0.5b`.
 */
export function sizeWordsOf(parameters: number | null): string[] {
  if (parameters === null || parameters < 1e3 || parameters >= 1e15) return []
  const highest = 10 ** Math.floor(Math.log10(parameters))
  const steps = [highest, highest / 10, ...(highest === unitOf(parameters).size * 100 ? [highest / 100] : [])]
  const sizes = steps
    .flatMap((step) => [Math.round(parameters / step) * step, Math.floor(parameters / step) * step])
    .filter((size) => parameters >= size * LEAST && parameters <= size * MOST)
  return [...new Set(sizes.flatMap((size) => [sizeWord(size), ...(isTenths(size) ? [`${size / 1e9}b`] : [])]))]
}

/** The size that the words from `start` state, in the form of `sizeWordsOf`: `7b`, `1.5 b`, `500 million`. */
export function statedSize(words: readonly string[], start: number): { length: number; word: string } | undefined {
  const [first = '', second = ''] = words.slice(start, start + 2)
  const [, digits, unit] = NUMBER_WITH_UNIT.exec(first) ?? []
  const isJoined = digits !== undefined
  if (!isJoined && !NUMBER.test(first)) return undefined
  const named = UNITS.find(({ names }) => names.some((name) => name === (isJoined ? unit : second)))
  const size = Number(isJoined ? digits : first) * (named?.size ?? 0)
  return size < 1e3 ? undefined : { length: isJoined ? 1 : 2, word: sizeWord(size) }
}

function isTenths(size: number): boolean {
  return size >= 1e8 && size < 1e9 && size % 1e8 === 0
}

function sizeWord(size: number): string {
  const { letter, size: one } = unitOf(size)
  return `${Number((size / one).toPrecision(4))}${letter}`
}

function unitOf(size: number): (typeof UNITS)[number] {
  return UNITS.find((unit) => size >= unit.size) ?? UNITS[3]
}
