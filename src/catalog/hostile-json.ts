import { clipped, isObject } from './wire-fields.ts'

/** Largest payload kept, in characters of JSON; the largest seen on the Hub is 1.6 MB (23,763 files). */
const MAX_CHARACTERS = 4 * 1024 * 1024
/** Deepest nesting kept. Postgres guards its stack, but the embedded one has a small stack to guard. */
const MAX_DEPTH = 200

/** Name under which a payload says which of its fields were left out for their size or depth. */
const OMITTED_KEY = 'hubdexOmitted'

/** Whether JSON text is free of NUL and lone surrogates, of which Postgres stores neither. */
export function isClean(json: string): boolean {
  // Few texts have any such escape, and that is known ten times faster than which.
  return !json.includes('\\u') || !/\\u(?:0000|d[89a-f])/.test(json)
}

/** The object with every NUL and lone surrogate in its strings and keys replaced by U+FFFD. */
export function cleaned(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, member]) => [storable(key), cleanedValue(member)]))
}

function cleanedValue(value: unknown): unknown {
  if (typeof value === 'string') return storable(value)
  if (Array.isArray(value)) return value.map(cleanedValue)
  return isObject(value) ? cleaned(value) : value
}

/** The text with what Postgres cannot store replaced by U+FFFD. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}

/** Whether JSON text is small and shallow enough to be stored. */
export function isSmall(json: string): boolean {
  return json.length <= MAX_CHARACTERS && depthOf(json) <= MAX_DEPTH
}

/**
 * An object as JSON text without those of its fields, largest first, that make it too large or too deep to be stored; they
 * are named under `hubdexOmitted`.
 */
export function boundedJson(entries: readonly (readonly [string, unknown])[]): string {
  const fields = entries
    .map(([key, value]) => ({ key, value, json: JSON.stringify(value) ?? 'null' }))
    .sort((a, b) => a.json.length - b.json.length)
  const kept: Record<string, unknown> = {}
  const omitted: string[] = []
  let characters = 0
  for (const field of fields) {
    characters += field.key.length + field.json.length
    if (characters > MAX_CHARACTERS || depthOf(field.json) >= MAX_DEPTH) omitted.push(clipped(field.key, 200))
    else kept[field.key] = field.value
  }
  return JSON.stringify({ ...kept, [OMITTED_KEY]: omitted })
}

/** Depth of nesting, at most: brackets within strings count too, which only ever leaves out a field full of brackets. */
function depthOf(json: string): number {
  const opened = countOf('{', json) + countOf('[', json)
  if (opened <= MAX_DEPTH) return opened
  let depth = 0
  let deepest = 0
  for (let index = 0; index < json.length; index++) {
    const code = json.charCodeAt(index)
    if (code === 0x5b || code === 0x7b) {
      depth++
      if (depth > deepest) deepest = depth
    } else if (code === 0x5d || code === 0x7d) depth--
  }
  return deepest
}

/** Many times faster than a look at each character, and enough for all but a few payloads. */
function countOf(character: string, json: string): number {
  let count = 0
  for (let index = json.indexOf(character); index >= 0; index = json.indexOf(character, index + 1)) count++
  return count
}
