type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown

/** Parses JSON. Whole numbers that `number` would round are bigint, in browsers that say how they were written. */
export function parseExactly(text: string): unknown {
  const reviver: Reviver = (_key, value, context) => {
    const source = context?.source
    if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value
    return /^-?\d+$/.test(source) ? BigInt(source) : value
  }
  return JSON.parse(text, reviver as Parameters<typeof JSON.parse>[1])
}
