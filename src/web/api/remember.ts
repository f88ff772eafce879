/** Adds a value, and drops the one that was added first if there are more than `most`. */
export function remember<Value>(known: Map<string, Value>, key: string, value: Value, most: number): void {
  known.delete(key)
  known.set(key, value)
  const [oldest] = known.keys()
  if (known.size > most && oldest !== undefined) known.delete(oldest)
}
