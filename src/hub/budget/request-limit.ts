import { AbortError } from 'p-retry'
import { RequestLimitReached } from '../errors.ts'

/** Bounds how many requests one piece of work sends, including its parallel requests. */
export class RequestLimit {
  readonly #most: number
  #sent = 0

  constructor(most: number) {
    this.#most = most
  }

  /** @throws AbortError with RequestLimitReached when the limit is reached; p-retry does not retry an AbortError */
  count(url: string): void {
    if (this.#sent >= this.#most) {
      const most = `${this.#most.toLocaleString('en-US')} requests`
      const message = `The limit of ${most} for this work is reached; the next run continues from there.`
      throw new AbortError(new RequestLimitReached(message, { url }))
    }
    this.#sent++
  }
}
