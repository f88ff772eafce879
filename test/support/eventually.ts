import { vi } from 'vitest'

/** Waits until a check passes, for longer than the default of a second, because the machine may be busy. */
export function eventually<Result>(check: () => Result | Promise<Result>, timeoutMs = 60_000): Promise<Result> {
  return vi.waitFor(check, { timeout: timeoutMs, interval: 10 }) as Promise<Result>
}
