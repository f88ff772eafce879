import { isObject } from '../../hub/is-object.ts'
import { sanitizeText } from './sanitize-text.ts'
import { oneOrMany, truncate } from './wire-fields.ts'

/** Largest payload kept, in characters of JSON; the largest seen on the Hub is 1.6 MB (23,763 files). */
const MAX_CHARACTERS = 4 * 1024 * 1024
/** Deepest nesting kept. Postgres guards its stack, but the embedded one has a small stack to guard. */
const MAX_DEPTH = 200

/** Name under which a payload says which of its fields were left out for their size or depth. */
const OMITTED_KEY = 'hubdexOmitted'
const MAX_OMITTED_NAMES = 100

/** Whether JSON text is free of NUL and lone surrogates, of which Postgres stores neither. */
export function isClean(json: string): boolean {
  // Few texts have any such escape, and that is known ten times faster than which.
  return !json.includes('\\u') || !/\\u(?:0000|d[89a-f])/.test(json)
}

/**
 * JSON text of a value from the wire; undefined where it is nested deeper than is kept. Some thousand levels end
 * `JSON.stringify` with the stack, and fewer of them where the caller stands deep itself.
 */
export function shallowJson(value: unknown): string | undefined {
  try {
    const json = JSON.stringify(value)
    // Every level takes a bracket, and few values have that many of them.
    return bracketsIn(json) <= MAX_DEPTH || isWithin(value, MAX_DEPTH) ? json : undefined
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/**
 * The object as Postgres can store it: every NUL and lone surrogate in its strings and keys replaced by U+FFFD, and without
 * what is nested too deep. A field that is an object itself loses only its members that are too deep. Names of what is
 * left out stand under `hubdexOmitted`, where it was.
 */
export function storableObject(
  object: Record<string, unknown>,
  levels = MAX_DEPTH,
  isField = false,
): Record<string, unknown> {
  const omitted: string[] = []
  const kept: [string, unknown][] = []
  for (const [key, member] of Object.entries(object)) {
    if (isWithin(member, levels - 1)) kept.push([sanitizeText(key), cleaned(member)])
    else if (!isField && isObject(member)) kept.push([sanitizeText(key), storableObject(member, levels - 1, true)])
    else omitted.push(sanitizeText(key))
  }
  return Object.fromEntries(omitted.length === 0 ? kept : withOmitted(kept, omitted))
}

/** Whether a value is nested no deeper than so many levels. Looks no deeper, so that the stack always suffices. */
function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (levels === 0) return false
  if (Array.isArray(value)) return value.every((member) => isWithin(member, levels - 1))
  // Parsed JSON inherits no enumerable keys, and a list of the values of each of 20,000 files would cost more than the check.
  for (const key in value) if (!isWithin((value as Record<string, unknown>)[key], levels - 1)) return false
  return true
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return sanitizeText(value)
  if (Array.isArray(value)) return value.map(cleaned)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [sanitizeText(key), cleaned(member)]))
}

/** Whether JSON text is small enough to be stored. */
export function isSmall(json: string): boolean {
  return json.length <= MAX_CHARACTERS
}

/** An object as JSON text without those of its fields, largest first, that make it too large to be stored; they are named. */
export function boundedJson(entries: readonly (readonly [string, unknown])[]): string {
  const fields = entries
    .map(([key, value]) => ({ key, value, json: JSON.stringify(value) ?? 'null' }))
    .sort((a, b) => a.json.length - b.json.length)
  const kept: [string, unknown][] = []
  const omitted: string[] = []
  let characters = 0
  for (const { key, value, json } of fields) {
    characters += key.length + json.length
    if (characters > MAX_CHARACTERS) omitted.push(key)
    else kept.push([key, value])
  }
  return JSON.stringify(Object.fromEntries(withOmitted(kept, omitted)))
}

/** Adds the names of fields that were left out to those left out before. */
function withOmitted(fields: readonly [string, unknown][], names: readonly string[]): [string, unknown][] {
  const before = fields.find(([key]) => key === OMITTED_KEY)?.[1]
  const others = fields.filter(([key]) => key !== OMITTED_KEY)
  const all = [...oneOrMany(before), ...names].slice(0, MAX_OMITTED_NAMES)
  return [...others, [OMITTED_KEY, all.map((name) => truncate(name, 200))]]
}

function bracketsIn(json: string): number {
  return countOf('{', json) + countOf('[', json)
}

/** Many times faster than a look at each character, and enough for all but a few payloads. */
function countOf(character: string, json: string): number {
  let count = 0
  for (let index = json.indexOf(character); index >= 0; index = json.indexOf(character, index + 1)) count++
  return count
}
