import { clientNetworkOf } from './client-network.ts'

/** Wrong tokens that a network may send per minute. */
const MAX_WRONG = 10
export const WINDOW_MS = 60_000
/** Networks with a count of their own; further ones share one. */
const MAX_NETWORKS = 10_000

/** Counts wrong tokens per network of clients, in windows of a minute. */
export class WrongTries {
  readonly #now: () => number
  #counts = new Map<string, number>()
  #others = 0
  #windowEndsAt = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** Counts a wrong token. @returns whether the limit was exceeded */
  count(address: string): boolean {
    if (this.#now() >= this.#windowEndsAt) this.#begin()
    const network = clientNetworkOf(address)
    const count = this.#counts.get(network)
    if (count === undefined && this.#counts.size >= MAX_NETWORKS) return ++this.#others > MAX_WRONG
    this.#counts.set(network, (count ?? 0) + 1)
    return (count ?? 0) >= MAX_WRONG
  }

  #begin(): void {
    this.#counts = new Map()
    this.#others = 0
    this.#windowEndsAt = this.#now() + WINDOW_MS
  }
}
