/** Payloads that break a careless reader, each on one of 1,009 repos (a prime, so they spread over pages). */
export type Oddity =
  | 'no-namespace'
  | 'long-id'
  | 'mixed-card'
  | 'emoji'
  | 'right-to-left'
  | 'nul'
  | 'lone-surrogate'
  | 'many-files'

const PERIOD = 1009
const ODDITY_AT: ReadonlyMap<number, Oddity> = new Map([
  [100, 'no-namespace'],
  [200, 'long-id'],
  [300, 'mixed-card'],
  [400, 'emoji'],
  [500, 'right-to-left'],
  [600, 'nul'],
  [700, 'lone-surrogate'],
])

/** A list as long as the longest one seen takes over a megabyte, so only one of about 100,000 repos has it. */
const MANY_FILES_PERIOD = 100_003
const MANY_FILES_AT = 17
export const MANY_FILES = 23_763

export const LONG_ID_CHARACTERS = 257

export function oddityAt(index: number): Oddity | undefined {
  return index % MANY_FILES_PERIOD === MANY_FILES_AT ? 'many-files' : ODDITY_AT.get(index % PERIOD)
}

/** Text of an odd repo, for a tag, its card and its description. */
export function oddTextAt(index: number): string | undefined {
  switch (oddityAt(index)) {
    case 'emoji':
      return 'caf\u00e9 \u{1f917}\u{1f468}\u200d\u{1f469}\u200d\u{1f467} 模型'
    case 'right-to-left':
      return 'نموذج لغوي \u202eevil\u202c עברית'
    case 'nul':
      return 'zero\u0000inside'
    case 'lone-surrogate':
      return 'half\ud83d of a pair'
    default:
      return undefined
  }
}

/** Card data in which no key has the expected type. */
export function mixedCard(): Record<string, unknown> {
  return {
    license: ['mit', 'apache-2.0'],
    language: { en: true },
    tags: 'not-a-list',
    datasets: 7,
    base_model: [null, 3.5, 'text'],
    pipeline_tag: ['text-generation'],
    task_categories: 'text-classification',
    size_categories: { n: '1K<n<10K' },
    pretty_name: ['A', 'list'],
    title: 404,
    'model-index': { name: 'an object in place of a list' },
    '': null,
  }
}
