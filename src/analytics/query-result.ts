/** A value as JSON can hold it. Whole numbers beyond the safe range of `number` are bigint. */
export type QueryValue =
  | string
  | number
  | bigint
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

/** Reads what `catalog.run_query` answers: JSON texts of the column names, of each row, and of the limit met, if any. */
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

function parseLine(text: string): QueryValue {
  // Most rows hold no number that could be too large, and a reviver makes parsing several times slower.
  return /\d{16}/.test(text) ? JSON.parse(text, reviveWholeNumber) : JSON.parse(text)
}

/** The rest parameter is the source text that every engine passes, unknown yet to the library's types. */
function reviveWholeNumber(_key: string, value: unknown, ...[context]: { source?: string }[]): unknown {
  const source = context?.source
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value
  return /^-?\d+$/.test(source) ? BigInt(source) : value
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
