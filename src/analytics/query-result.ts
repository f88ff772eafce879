import { type ExactNumber, parseExactly } from '../util/exact-number.ts'
import { QueryRefused } from './query-errors.ts'

/** A JSON value. Numbers that `number` would round are bigint or ExactNumber. */
export type QueryValue =
  | string
  | number
  | bigint
  | ExactNumber
  | boolean
  | null
  | readonly QueryValue[]
  | { readonly [key: string]: QueryValue }

export interface QueryResult {
  /** Unique: repeated names get a suffix such as `_2`. */
  columns: readonly string[]
  /** One array per row, in the order of the columns. */
  rows: readonly (readonly QueryValue[])[]
  /** The limit at which rows were left out, if any. */
  truncatedBy: 'rows' | 'bytes' | undefined
}

/** Printing recurses, and the stack holds a few thousand levels. The catalog itself stores at most 200. */
const MAX_DEPTH = 500

const TOO_COMPLEX = '54001'

/**
 * Parses the output of `catalog.run_query`: JSON texts of the column names, of each row, and of the limit reached, if any.
 *
 * @throws QueryRefused when a value is nested too deeply
 */
export function parseAnswer(lines: readonly string[]): QueryResult {
  const [columns = [], ...values] = lines.map(parseLine)
  const last = values.at(-1)
  const truncatedBy = last === 'rows' || last === 'bytes' ? last : undefined
  return {
    columns: uniqueNames(asArray(columns).map(String)),
    rows: (truncatedBy === undefined ? values : values.slice(0, -1)).map(asArray),
    truncatedBy,
  }
}

function parseLine(text: string, index: number): QueryValue {
  const depth = depthOf(text) - 1
  if (depth > MAX_DEPTH) {
    throw new QueryRefused(
      `Row ${index} of the result holds JSON nested ${depth} levels deep; at most ${MAX_DEPTH} can be shown. Select a ` +
        'part of it, or its text (`value::text`).',
      { code: TOO_COMPLEX },
    )
  }
  return parseExactly(text) as QueryValue
}

/** How deeply the arrays and objects of a JSON text are nested. */
function depthOf(json: string): number {
  let depth = 0
  let deepest = 0
  for (let index = 0; index < json.length; index++) {
    const character = json[index]
    if (character === '"') index = endOfString(json, index)
    else if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth)
    else if (character === ']' || character === '}') depth--
  }
  return deepest
}

/** The index of the closing quote of the string that begins here. */
function endOfString(json: string, start: number): number {
  let index = start + 1
  while (index < json.length && json[index] !== '"') index += json[index] === '\\' ? 2 : 1
  return index
}

function asArray(value: QueryValue): readonly QueryValue[] {
  if (Array.isArray(value)) return value
  throw new Error(`catalog.run_query returned ${typeof value}; expected an array. Is its schema up to date?`)
}

function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set(names)
  const seen = new Set<string>()
  return names.map((name) => {
    let unique = name
    for (let count = 2; seen.has(unique) || (unique !== name && taken.has(unique)); count++) unique = `${name}_${count}`
    seen.add(unique)
    return unique
  })
}
