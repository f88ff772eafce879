/** Answers by what they may honestly weigh. */
export type AnswerKind = 'page' | 'repo' | 'tags' | 'files' | 'other'

export interface AnswerBounds {
  /** As packed on the wire, and again unpacked. */
  bytes: number
  /** JSON values: a value costs up to 100 bytes of memory, whatever its length in the text. */
  values: number
}

/**
 * Shares of the largest page, of 32 MiB by default. Measured: a thousand popular repos with every field are 9 MB and
 * 320,000 values; the heaviest real page is 2.5 MB, the heaviest repo 1.6 MB and 47,500 values for 23,763 files. Files weigh
 * 17 bytes per value, repos without files 22 and more.
 */
const SHARES: Readonly<Record<AnswerKind, { bytes: number; values: number }>> = {
  page: { bytes: 1, values: 1 / 20 },
  repo: { bytes: 1 / 2, values: 1 / 64 },
  // One entry per dataset that any model names, some 90 bytes each: the one answer that grows with the whole Hub.
  tags: { bytes: 4, values: 1 / 16 },
  files: { bytes: 1 / 2, values: 1 / 128 },
  other: { bytes: 1 / 32, values: 1 / 640 },
}

export function answerBounds(kind: AnswerKind, maxResponseBytes: number): AnswerBounds {
  const { bytes, values } = SHARES[kind]
  return { bytes: Math.floor(maxResponseBytes * bytes), values: Math.floor(maxResponseBytes * values) }
}

/**
 * Whether JSON text may hold more values than that. Text too short to hold so many is not looked at, which is most pages;
 * the others cost 1.7 ns per byte, a ninth of what parsing them costs. Separators within strings count, too.
 */
export function holdsMoreValues(json: Buffer, values: number): boolean {
  if (json.length < 2 * values) return false
  let found = 0
  // By index: an iterator takes twenty times as long.
  for (let index = 0; index < json.length; index++) found += BEGINS_VALUE[json[index] ?? 0] ?? 0
  return found >= values
}

/** A value follows each of these. Nesting is bounded along with values, since a level is one, too. */
const BEGINS_VALUE = new Uint8Array(256)
for (const character of ',[{') BEGINS_VALUE[character.charCodeAt(0)] = 1
