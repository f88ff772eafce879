import { AbortError } from 'p-retry'
import { RequestLimitReached } from './errors.ts'

/** How many requests one piece of work may still send, shared by whatever it sends side by side. */
export class RequestLimit {
  readonly #most: number
  #sent = 0

  constructor(most: number) {
    this.#most = most
  }

  /** @throws AbortError with RequestLimitReached, so that nothing is tried again, when all are sent */
  count(url: string): void {
    if (this.#sent >= this.#most) {
      const most = `${this.#most.toLocaleString('en-US')} requests`
      const message = `The limit of ${most} for this work is reached; the next run goes on from there.`
      throw new AbortError(new RequestLimitReached(message, { url }))
    }
    this.#sent++
  }
}
