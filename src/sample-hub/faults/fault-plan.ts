import { createDraw, type Draw } from '../generator/draw.ts'
import type { Fault } from './fault.ts'

interface RuleState {
  matched: number
  struck: number
  readonly deadUrls: Set<string>
}

/** Decides which faults affect a request. The same requests in the same order get the same faults. */
export class FaultPlan {
  readonly faults: readonly Fault[]
  readonly #states: readonly RuleState[]
  readonly #draw: Draw

  constructor(faults: readonly Fault[], seed = 1) {
    this.faults = faults
    this.#states = faults.map(() => ({ matched: 0, struck: 0, deadUrls: new Set() }))
    this.#draw = createDraw(seed)
  }

  /** Counts the request, so call it once per request. */
  strike(url: string): readonly Fault[] {
    return this.faults.filter((fault, rule) => {
      const state = this.#states[rule]
      return state !== undefined && url.includes(fault.path) && this.#strikes(fault, rule, state, url)
    })
  }

  /** A number in [0, 1) for a random choice of the fault. */
  choose(fault: Fault): number {
    const rule = this.faults.indexOf(fault)
    return this.#draw(this.#states[rule]?.struck ?? 0, rule + CHOICE_TOPIC)
  }

  #strikes(fault: Fault, rule: number, state: RuleState, url: string): boolean {
    if (state.deadUrls.has(url)) return true
    const matched = state.matched++
    const isDue = matched >= fault.after && (matched - fault.after + 1) % fault.every === 0
    if (!isDue || state.struck >= fault.times || this.#draw(matched, rule) >= fault.rate) return false
    state.struck++
    if (fault.kind === 'dead-page') state.deadUrls.add(url)
    return true
  }
}

/** Above the rule numbers, which are the topics for whether a rule strikes. */
const CHOICE_TOPIC = 1000
