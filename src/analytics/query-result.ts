import { type ExactNumber, parseExactly } from '../util/exact-number.ts'
import { QueryRefused } from './query-errors.ts'

/** A value as JSON can hold it. Numbers that `number` would round are bigint or ExactNumber. */
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
  /** Unique: a name that came twice is followed by `_2`. */
  columns: readonly string[]
  /** One array a row, in the order of the columns. */
  rows: readonly (readonly QueryValue[])[]
  /** The limit at which rows were left out, if any was. */
  cut: 'rows' | 'bytes' | undefined
}

/** What prints an answer recurs, on a stack that holds a few thousand levels. The catalog itself stores 200 at most. */
const MAX_DEPTH = 500

/** SQLSTATE of a statement that is too complex. */
const TOO_COMPLEX = '54001'

/**
 * Reads what `catalog.run_query` answers: JSON texts of the column names, of each row, and of the limit met, if any.
 *
 * @throws QueryRefused when a value is nested too deeply
 */
export function parseAnswer(lines: readonly string[]): QueryResult {
  const [columns = [], ...values] = lines.map(parseLine)
  const last = values.at(-1)
  const cut = last === 'rows' || last === 'bytes' ? last : undefined
  return {
    columns: uniqueNames(asArray(columns).map(String)),
    rows: (cut === undefined ? values : values.slice(0, -1)).map(asArray),
    cut,
  }
}

function parseLine(text: string, index: number): QueryValue {
  const depth = depthOf(text) - 1
  if (depth > MAX_DEPTH) {
    throw new QueryRefused(
      `Row ${index} of the answer holds JSON that is nested ${depth} levels deep; ${MAX_DEPTH} at most can be shown. Select a ` +
        'part of it, or its text (`value::text`).',
      { code: TOO_COMPLEX },
    )
  }
  return parseExactly(text) as QueryValue
}

/** How deep the arrays and objects of a JSON text are nested. */
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

/** Where the string that begins here has its closing quote. */
function endOfString(json: string, start: number): number {
  let index = start + 1
  while (index < json.length && json[index] !== '"') index += json[index] === '\\' ? 2 : 1
  return index
}

function asArray(value: QueryValue): readonly QueryValue[] {
  if (Array.isArray(value)) return value
  throw new Error(`catalog.run_query answered ${typeof value}; expected an array. Is its schema up to date?`)
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
