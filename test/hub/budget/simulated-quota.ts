import type { Headers } from '../../../src/hub/budget/rate-limit.ts'

export interface QuotaRules {
  quota: number
  windowSecs: number
  /** How `t` is rounded to seconds. */
  rounding: 'ceil' | 'floor' | 'round'
  /** Windows follow the server's clock, or begin with the first request after the last window. */
  begins: 'grid' | 'first-request'
  /** Offset of the windows on the server's clock. */
  phaseMs: number
}

export interface WindowUse {
  startMs: number
  used: number
  throttled: number
}

/** The server's side of a fixed window. */
export class SimulatedQuota {
  readonly windows: WindowUse[] = []
  readonly #rules: QuotaRules

  constructor(rules: QuotaRules) {
    this.#rules = rules
  }

  answer(nowMs: number): { status: 200 | 429; headers: Headers } {
    const { quota, windowSecs, rounding } = this.#rules
    const window = this.#windowAt(nowMs)
    const isSpent = window.used >= quota
    if (isSpent) window.throttled++
    else window.used++
    const resetSecs = Math[rounding]((window.startMs + windowSecs * 1000 - nowMs) / 1000)
    return {
      status: isSpent ? 429 : 200,
      headers: {
        ratelimit: `"api";r=${quota - window.used};t=${resetSecs}`,
        'ratelimit-policy': `"fixed window";"api";q=${quota};w=${windowSecs}`,
      },
    }
  }

  #windowAt(nowMs: number): WindowUse {
    const { windowSecs, begins, phaseMs } = this.#rules
    const lengthMs = windowSecs * 1000
    const last = this.windows.at(-1)
    if (last !== undefined && nowMs < last.startMs + lengthMs) return last
    const startMs = begins === 'grid' ? nowMs - ((nowMs - phaseMs) % lengthMs) : nowMs
    const window = { startMs, used: 0, throttled: 0 }
    this.windows.push(window)
    return window
  }
}
