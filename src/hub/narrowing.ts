import type { PageShape } from './page-shape.ts'

/** Pages grow back so many times with each that came, as long as nothing speaks against it. */
const GROWTH = 8
const CAUTIOUS_GROWTH = 2

/**
 * Finds a way past a page that does not come: by halves to the one repo that spoils every page that it stands on, which is
 * asked for alone with fewer and fewer properties, and then gradually back to whole pages. A page of a thousand costs some
 * ten requests, and a bound number where nothing helps.
 *
 * Knows nothing of requests: it is asked for the shape of the next page and learns what became of it.
 */
export class Narrowing {
  readonly #limit: number
  readonly #expands: readonly (readonly string[])[]
  #size: number
  /** Index into the expands: what is asked for now, and what was asked for when the search began. */
  #step = 0
  #searchStep = 0
  /** So many of the repos that follow did not come together with the properties of the search; undefined outside of one. */
  #badWithin: number | undefined
  /** The largest page that came since the search began. */
  #best = 1
  /** How many bad repos were passed since the last whole page. */
  #passed = 0
  /** Pages still to be asked for with few properties. */
  #lightPages = 0
  /** Pages of the present size until the next size is tried, and how many came. */
  #patience = 1
  #came = 0

  /** @param expands the properties to ask for, first all, then fewer and fewer */
  constructor(limit: number, expands: readonly (readonly string[])[]) {
    this.#limit = limit
    this.#expands = expands
    this.#size = limit
  }

  get shape(): PageShape & { limit: number } {
    return { limit: this.#size, expand: this.#expands[this.#step] ?? [] }
  }

  /** False as long as nothing has gone wrong, and once everything is well again. */
  get isNarrowed(): boolean {
    return this.#size < this.#limit || this.#step > 0 || this.#passed > 0 || this.#patience > 1
  }

  /** Takes note that the page did not come. False when nothing is left to try. */
  narrow(): boolean {
    const isSearching = this.#badWithin !== undefined
    if (this.#size === 1) {
      if (!isSearching) this.#searchStep = this.#step
      this.#badWithin = 1
      this.#step++
      return this.#step < this.#expands.length
    }
    this.#badWithin = this.#size
    if (isSearching) {
      this.#size = Math.ceil(this.#size / 2)
    } else {
      // One repo alone tells whether anything comes from here.
      this.#searchStep = this.#step
      this.#best = 1
      this.#size = 1
    }
    return true
  }

  /** Takes note of a page that came, with so many repos. */
  came(repos: number): void {
    if (this.#badWithin !== undefined) this.#searched(this.#badWithin - repos)
    else if (this.#size === this.#limit && this.#step === 0) this.#recover()
    else this.#grow()
  }

  #searched(badWithin: number): void {
    if (this.#step > this.#searchStep) {
      this.#badWithin = undefined
      this.#passed++
      this.#lightPages = 2 ** (this.#passed - 1) - 1
      this.#enlarge(GROWTH)
      return
    }
    this.#best = Math.max(this.#best, this.#size)
    if (badWithin > 0) {
      this.#badWithin = badWithin
      this.#size = Math.ceil(badWithin / 2)
      return
    }
    // No repo was at fault: pages of that size are too large, or were so for a moment.
    this.#badWithin = undefined
    this.#size = this.#best
    this.#came = 0
    this.#patience = Math.max(2, this.#patience) * 2
  }

  #grow(): void {
    this.#came++
    if (this.#came < this.#patience) return
    this.#enlarge(this.#patience > 1 ? CAUTIOUS_GROWTH : GROWTH)
  }

  #enlarge(times: number): void {
    this.#came = 0
    this.#size = Math.min(this.#limit, this.#size * times)
    // A whole page is never asked for with less than all properties.
    if (this.#lightPages > 0 && this.#size < this.#limit) this.#lightPages--
    else this.#step = 0
  }

  #recover(): void {
    this.#passed = 0
    this.#patience = 1
    this.#came = 0
  }
}
