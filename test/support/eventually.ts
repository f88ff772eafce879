import { vi } from 'vitest'

/** Waits until a check passes: for as long as a busy machine may take, which is more than the second that is the default. */
export function eventually<Result>(check: () => Result | Promise<Result>, timeoutMs = 60_000): Promise<Result> {
  return vi.waitFor(check, { timeout: timeoutMs, interval: 10 }) as Promise<Result>
}
