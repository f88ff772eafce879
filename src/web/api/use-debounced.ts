import { useEffect, useState } from 'preact/hooks'

/**
 * The value once it has not changed for a time.
 * @param key changes with the value, for values that are new objects each time
 */
export function useDebounced<Value>(value: Value, delayMs: number, key: unknown = value): Value {
  const [settled, setSettled] = useState({ value })
  useEffect(() => {
    const timer = setTimeout(() => setSettled({ value }), delayMs)
    return () => clearTimeout(timer)
  }, [key, delayMs])
  return settled.value
}
