/** Kinds of answers, by the size that an honest one may have. */
export type AnswerKind = 'page' | 'repo' | 'tags' | 'files' | 'other'

export interface AnswerBounds {
  /** Applies to the compressed body, and again to the decompressed one. */
  bytes: number
  /** JSON values: each costs up to 100 bytes of memory, whatever its length in the text. */
  values: number
}

/**
 * Shares of the bound of a page, which is 32 MiB by default. Measured: a thousand popular repos with every field are 9 MB and
 * 320,000 values; the heaviest real page is 2.5 MB, and the heaviest repo 1.6 MB and 47,500 values for 23,763 files. Listings
 * of files have 17 bytes per value, repos without files 22 or more.
 */
const SHARES: Readonly<Record<AnswerKind, { bytes: number; values: number }>> = {
  page: { bytes: 1, values: 1 / 20 },
  repo: { bytes: 1 / 2, values: 1 / 64 },
  // One entry of some 90 bytes per dataset that any model names: the only answer that grows with the whole Hub.
  tags: { bytes: 4, values: 1 / 16 },
  files: { bytes: 1 / 2, values: 1 / 128 },
  other: { bytes: 1 / 32, values: 1 / 640 },
}

export function answerBounds(kind: AnswerKind, maxResponseBytes: number): AnswerBounds {
  const { bytes, values } = SHARES[kind]
  return { bytes: Math.floor(maxResponseBytes * bytes), values: Math.floor(maxResponseBytes * values) }
}

/**
 * Whether JSON text may hold more than `values` values. Text too short for that is not scanned, and that is most pages.
 * Scanning costs 1.7 ns per byte, a ninth of the cost of parsing. Separators within strings count too.
 */
export function holdsMoreValues(json: Buffer, values: number): boolean {
  if (json.length < 2 * values) return false
  let found = 0
  // A loop by index: an iterator takes twenty times as long.
  for (let index = 0; index < json.length; index++) found += BEGINS_VALUE[json[index] ?? 0] ?? 0
  return found >= values
}

/** A value follows each of these characters. A level of nesting is a value, so this bounds nesting too. */
const BEGINS_VALUE = new Uint8Array(256)
for (const character of ',[{') BEGINS_VALUE[character.charCodeAt(0)] = 1
