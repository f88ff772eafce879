/** The largest share of a quota held back for other processes, so that at least 95 % is always used. */
const LARGEST_RESERVE_SHARE = 0.04

/** Weight of the latest request in the moving average of requests in flight. */
const LATEST = 0.05

/**
 * Estimates how much other processes spend of the same quota: the server's figure falls faster than this process sends.
 * Between two answers to this process, the others spend without being seen. Without a reserve, each process would count on
 * the last requests of a window, and all but one would be refused.
 */
export class SharedQuotaEstimate {
  /** Sums over past windows, halved with each new one so that recent windows count most. */
  #pastOurs = 0
  #pastTheirs = 0
  #remainingAtStart = 0
  #remaining = 0
  #sent = 0
  #averageInFlight = 0

  /** A window has begun with `remaining` requests, some of which may be taken by those in flight. */
  beginWindow(remaining: number, inFlight: number): void {
    this.#pastOurs = (this.#pastOurs + this.#sent) / 2
    this.#pastTheirs = (this.#pastTheirs + this.#theirs) / 2
    this.#remainingAtStart = remaining
    this.#remaining = remaining
    this.#sent = inFlight
  }

  /** @param inFlight requests in flight, this one included */
  recordSent(inFlight: number): void {
    this.#sent++
    this.#averageInFlight += LATEST * (inFlight - this.#averageInFlight)
  }

  /** Records the server's figure within the window. */
  recordRemaining(remaining: number): void {
    this.#remaining = remaining
  }

  /**
   * Requests to leave to other processes: their requests for each of ours, times ours in flight (now or on average), plus the
   * one to be sent and one more. Simulated with two to six processes, this draws fewer than one 429 in 100,000 requests, and
   * two in 10,000 without the one more. Four real processes drew nine in 10,000 without the average, because a process may
   * have no request in flight while others have eight.
   */
  reserve(inFlight: number, quota: number): number {
    const theirsPerOurs = (this.#pastTheirs + this.#theirs) / Math.max(1, this.#pastOurs + this.#sent)
    const expectedInFlight = Math.max(inFlight, this.#averageInFlight)
    return Math.min(Math.ceil(theirsPerOurs * (expectedInFlight + 2)), Math.floor(quota * LARGEST_RESERVE_SHARE))
  }

  get #theirs(): number {
    return Math.max(0, this.#remainingAtStart - this.#remaining - this.#sent)
  }
}
