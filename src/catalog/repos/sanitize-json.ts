import { isObject } from '../../hub/is-object.ts'
import { sanitizeText } from './sanitize-text.ts'
import { oneOrMany, truncate } from './wire-fields.ts'

/** Largest stored payload, in characters of JSON; the largest seen on the Hub is 1.6 MB (23,763 files). */
const MAX_CHARACTERS = 4 * 1024 * 1024
/** Deepest stored nesting. Postgres guards against stack overflow, but the stack of the embedded one is small. */
const MAX_DEPTH = 200

/** The key under which a payload lists fields that were left out for their size or depth. */
const OMITTED_KEY = 'hubdexOmitted'
const MAX_OMITTED_NAMES = 100

/** Whether JSON text is free of NUL and lone surrogates, which Postgres cannot store. */
export function isClean(json: string): boolean {
  // Few texts have any escape, and a plain search for one is ten times faster than the pattern.
  return !json.includes('\\u') || !/\\u(?:0000|d[89a-f])/.test(json)
}

/**
 * JSON text of a value from the wire; undefined if it is nested too deeply to be stored. `JSON.stringify` overflows the stack
 * at a few thousand levels, or fewer if the caller is itself deep in the stack.
 */
export function shallowJson(value: unknown): string | undefined {
  try {
    const json = JSON.stringify(value)
    // Each level has a bracket, and few values have as many as `MAX_DEPTH`.
    return bracketsIn(json) <= MAX_DEPTH || isWithin(value, MAX_DEPTH) ? json : undefined
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/**
 * The object in a form that Postgres can store. Each NUL and lone surrogate in its strings and keys becomes U+FFFD, and values
 * that are nested too deeply are removed. A field that is an object loses only its members that are too deep. `hubdexOmitted`
 * lists the removed names at the place where they were.
 */
export function storableObject(object: Record<string, unknown>, levels = MAX_DEPTH, isField = false): Record<string, unknown> {
  const omitted: string[] = []
  const stored: [string, unknown][] = []
  for (const [key, member] of Object.entries(object)) {
    if (isWithin(member, levels - 1)) stored.push([sanitizeText(key), sanitizeValue(member)])
    else if (!isField && isObject(member)) stored.push([sanitizeText(key), storableObject(member, levels - 1, true)])
    else omitted.push(sanitizeText(key))
  }
  return Object.fromEntries(omitted.length === 0 ? stored : withOmitted(stored, omitted))
}

/** Whether a value is nested at most this deep. It descends no further, so the stack always suffices. */
function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (levels === 0) return false
  if (Array.isArray(value)) return value.every((member) => isWithin(member, levels - 1))
  // Parsed JSON inherits no enumerable keys, and Object.values() for each of 20,000 files would cost more than the check.
  for (const key in value) if (!isWithin((value as Record<string, unknown>)[key], levels - 1)) return false
  return true
}

function sanitizeValue(value: unknown): unknown {
  if (typeof value === 'string') return sanitizeText(value)
  if (Array.isArray(value)) return value.map(sanitizeValue)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [sanitizeText(key), sanitizeValue(member)]))
}

/** Whether JSON text is small enough to be stored. */
export function isSmall(json: string): boolean {
  return json.length <= MAX_CHARACTERS
}

/** An object as JSON text, without its largest fields as far as they make it too large to be stored. Lists their names. */
export function boundedJson(entries: readonly (readonly [string, unknown])[]): string {
  const fields = entries
    .map(([key, value]) => ({ key, value, json: JSON.stringify(value) ?? 'null' }))
    .sort((a, b) => a.json.length - b.json.length)
  const stored: [string, unknown][] = []
  const omitted: string[] = []
  let characters = 0
  for (const { key, value, json } of fields) {
    characters += key.length + json.length
    if (characters > MAX_CHARACTERS) omitted.push(key)
    else stored.push([key, value])
  }
  return JSON.stringify(Object.fromEntries(withOmitted(stored, omitted)))
}

/** Adds names of omitted fields to those omitted before. */
function withOmitted(fields: readonly [string, unknown][], names: readonly string[]): [string, unknown][] {
  const before = fields.find(([key]) => key === OMITTED_KEY)?.[1]
  const others = fields.filter(([key]) => key !== OMITTED_KEY)
  const all = [...oneOrMany(before), ...names].slice(0, MAX_OMITTED_NAMES)
  return [...others, [OMITTED_KEY, all.map((name) => truncate(name, 200))]]
}

function bracketsIn(json: string): number {
  return countOf('{', json) + countOf('[', json)
}

/** Many times faster than visiting each character. */
function countOf(character: string, json: string): number {
  let count = 0
  for (let index = json.indexOf(character); index >= 0; index = json.indexOf(character, index + 1)) count++
  return count
}
