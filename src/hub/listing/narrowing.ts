import type { PageShape } from './page-shape.ts'

/** Factors by which pages grow after a page that came: the usual one, and the one while larger pages are in doubt. */
const GROWTH = 8
const CAUTIOUS_GROWTH = 2

/**
 * Finds a way past a page that fails. It halves the page until it finds the one repo that makes its pages fail. That repo is
 * requested alone with fewer and fewer properties, and the pages then grow back to their full size. For a page of a thousand
 * repos this costs about ten requests, and a bounded number if nothing helps.
 *
 * This class sends no requests: it returns the shape of the next page and is informed of the result.
 */
export class Narrowing {
  readonly #limit: number
  readonly #expands: readonly (readonly string[])[]
  #size: number
  /** Indexes into the expands: for the next page, and for the page at which the search began. */
  #step = 0
  #searchStep = 0
  /** So many of the next repos failed together with the properties of the search; undefined outside of a search. */
  #badWithin: number | undefined
  /** Size of the largest page that came since the search began. */
  #best = 1
  /** Bad repos passed since the last whole page. */
  #passed = 0
  /** Pages that are still to be requested with few properties. */
  #lightPages = 0
  /** Pages of the current size before the next size is tried, and how many of them came. */
  #pagesBeforeGrowth = 1
  #came = 0

  /** @param expands the properties to request: first all, then fewer and fewer */
  constructor(limit: number, expands: readonly (readonly string[])[]) {
    this.#limit = limit
    this.#expands = expands
    this.#size = limit
  }

  get shape(): PageShape & { limit: number } {
    return { limit: this.#size, expand: this.#expands[this.#step] ?? [] }
  }

  /** False before anything has failed, and after a full recovery. */
  get isNarrowed(): boolean {
    return this.#size < this.#limit || this.#step > 0 || this.#passed > 0 || this.#pagesBeforeGrowth > 1
  }

  /** Records that the page failed. Returns false when nothing is left to try. */
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
      // A single repo shows whether anything can be read from here.
      this.#searchStep = this.#step
      this.#best = 1
      this.#size = 1
    }
    return true
  }

  /** Records a page that came, with its number of repos. */
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
    // No single repo was at fault: pages of that size are too large, or were so for a moment.
    this.#badWithin = undefined
    this.#size = this.#best
    this.#came = 0
    this.#pagesBeforeGrowth = Math.max(2, this.#pagesBeforeGrowth) * 2
  }

  #grow(): void {
    this.#came++
    if (this.#came < this.#pagesBeforeGrowth) return
    this.#enlarge(this.#pagesBeforeGrowth > 1 ? CAUTIOUS_GROWTH : GROWTH)
  }

  #enlarge(times: number): void {
    this.#came = 0
    this.#size = Math.min(this.#limit, this.#size * times)
    // A whole page is always requested with all properties.
    if (this.#lightPages > 0 && this.#size < this.#limit) this.#lightPages--
    else this.#step = 0
  }

  #recover(): void {
    this.#passed = 0
    this.#pagesBeforeGrowth = 1
    this.#came = 0
  }
}
