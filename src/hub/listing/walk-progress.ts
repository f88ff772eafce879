import { createHash } from 'node:crypto'
import { BrokenAnswer, type HubErrorDetails } from '../errors.ts'
import { isObject } from '../is-object.ts'

/** The Hub drops hidden repos after it has cut a page. So a page may be empty, but not so many in a row. */
const MAX_IDLE_PAGES = 100

/** Ends a walk whose pages contain nothing new for long, whatever their links say. */
export class WalkProgress {
  /** Digests of the repos of each page. */
  readonly #seen = new Set<string>()
  #idlePages = 0

  /** @throws BrokenAnswer when this page and many before it were empty or equal to earlier ones */
  check(items: readonly unknown[], details: HubErrorDetails): void {
    const digest = digestOf(items)
    this.#idlePages = items.length === 0 || this.#seen.has(digest) ? this.#idlePages + 1 : 0
    this.#seen.add(digest)
    if (this.#idlePages < MAX_IDLE_PAGES) return
    throw new BrokenAnswer(
      `${MAX_IDLE_PAGES} pages in a row contained no repo that was new to this walk, and each links to another page. ` +
        'Is this a Hub? The walk was ended; run it again later, or set the endpoint to a server that ends its lists.',
      details,
    )
  }
}

function digestOf(items: readonly unknown[]): string {
  const digest = createHash('sha1')
  for (const item of items) {
    // A collection has a slug.
    const id = isObject(item) ? (item['id'] ?? item['slug']) : undefined
    digest.update(`${typeof id === 'string' ? id : ''}\n`)
  }
  return digest.digest('base64')
}
