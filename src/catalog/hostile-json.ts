import { isObject } from './wire-fields.ts'

/** Largest payload kept, in characters of JSON; the largest seen on the Hub is 1.6 MB (23,763 files). */
const MAX_CHARACTERS = 4 * 1024 * 1024
/** Deepest nesting kept. Postgres guards its stack, but the embedded one has a small stack to guard. */
const MAX_DEPTH = 200

/** Name under which a payload says which of its fields were left out for their size or depth. */
export const OMITTED_KEY = 'hubdexOmitted'

/**
 * The value with every NUL and lone surrogate in its strings and keys replaced by U+FFFD: Postgres stores neither.
 * `json` is the value already serialised, so that the usual clean payload costs one search of a string.
 */
export function cleanText<T>(value: T, json: string): T {
  return /\\u(?:0000|d[89a-f])/.test(json) ? (cleaned(value) as T) : value
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\uFFFD')
  if (Array.isArray(value)) return value.map(cleaned)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [cleaned(key), cleaned(member)]))
}

/**
 * The object as JSON text, small and shallow enough to be stored. Fields are left out, largest first, until it is, and
 * named under `hubdexOmitted`.
 */
export function boundedJson(object: Record<string, unknown>): string {
  const json = JSON.stringify(object)
  if (json.length <= MAX_CHARACTERS && depthOf(json) <= MAX_DEPTH) return json
  const fields = Object.entries(object)
    .map(([key, value]) => ({ key, value, json: JSON.stringify(value) ?? 'null' }))
    .sort((a, b) => a.json.length - b.json.length)
  const kept: Record<string, unknown> = {}
  const omitted: string[] = []
  let characters = 0
  for (const field of fields) {
    characters += field.key.length + field.json.length
    if (characters > MAX_CHARACTERS || depthOf(field.json) >= MAX_DEPTH) omitted.push(field.key.slice(0, 200))
    else kept[field.key] = field.value
  }
  return JSON.stringify({ ...kept, [OMITTED_KEY]: omitted })
}

/** Depth of nesting, at most: brackets within strings count too, which only ever leaves out a field of brackets. */
function depthOf(json: string): number {
  if (json.length < 2 * MAX_DEPTH) return 0
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
