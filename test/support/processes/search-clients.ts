import { setTimeout as delay } from 'node:timers/promises'
import { queriesOf, searchQueries } from '../../../bench/support/search-queries.ts'
import type { SearchQuery } from '../../../src/search/search-engine.ts'

/** A repo that searches for its own name must find first. */
export interface KnownRepo {
  kind: string
  id: string
}

/** What clients saw between two calls of `taken`. */
export interface SearchesSeen {
  timesMs: number[]
  /** Searches that were not answered with status 200. */
  failed: string[]
  /** Repos that a search for their name did not find first. */
  missed: KnownRepo[]
  /** Of a search for everything. */
  totals: number[]
}

const nothingSeen = (): SearchesSeen => ({ timesMs: [], failed: [], missed: [], totals: [] })

/** Clients of one server, each of which sends a search, waits for its answer, and pauses. Every answer is checked. */
export class SearchClients {
  readonly #url: string
  readonly #known: readonly KnownRepo[]
  readonly #pauseMs: number
  readonly #running: Promise<unknown>
  #seen = nothingSeen()
  #isStopped = false

  constructor(url: string, known: readonly KnownRepo[], { clients, pauseMs }: { clients: number; pauseMs: number }) {
    this.#url = url
    this.#known = known
    this.#pauseMs = pauseMs
    this.#running = Promise.all(Array.from({ length: clients }, (_, client) => this.#run(client)))
  }

  /** What was seen since the last call. */
  taken(): SearchesSeen {
    const seen = this.#seen
    this.#seen = nothingSeen()
    return seen
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#running
  }

  /** By turns: a search with five facets, which is timed, a name, and a count of everything. */
  async #run(client: number): Promise<void> {
    const paths = Object.keys(searchQueries).flatMap(queriesOf).map(searchPath)
    for (let turn = client * 7; !this.#isStopped; turn++) {
      const startedMs = performance.now()
      const isAnswered = (await this.#search(paths[turn % paths.length] ?? '')) !== undefined
      if (isAnswered) this.#seen.timesMs.push(performance.now() - startedMs)
      const known = this.#known[turn % this.#known.length]
      if (known !== undefined) await this.#searchName(known)
      const everything = await this.#search('/api/v1/search?limit=0')
      if (everything !== undefined) this.#seen.totals.push(everything.total)
      await delay(this.#pauseMs)
    }
  }

  async #searchName(known: KnownRepo): Promise<void> {
    const found = await this.#search(`/api/v1/search?limit=1&kind=${known.kind}&q=${encodeURIComponent(known.id)}`)
    if (found !== undefined && found.hits[0]?.id !== known.id) this.#seen.missed.push(known)
  }

  async #search(path: string): Promise<{ total: number; hits: { id: string }[] } | undefined> {
    try {
      const answer = await fetch(`${this.#url}${path}`)
      const text = await answer.text()
      if (answer.status === 200) return JSON.parse(text)
      this.#seen.failed.push(`${path}: ${answer.status} ${text.slice(0, 300)}`)
    } catch (error) {
      this.#seen.failed.push(`${path}: ${error instanceof Error ? `${error.message} ${error.cause ?? ''}` : error}`)
    }
    return undefined
  }
}

/** The path of a search in the HTTP API. It pages by cursors, so a later page is read with all before it. */
export function searchPath({ words = '', filters = {}, sort, facets = [], limit = 20, offset = 0 }: SearchQuery): string {
  const parameters = new URLSearchParams({ q: words, limit: String(limit + offset), facet: facets.join(',') })
  if (sort !== undefined) parameters.set('sort', sort)
  for (const [field, values] of Object.entries(filters)) {
    if (field === 'kind') for (const kind of values) parameters.append('kind', kind)
    else parameters.append('filter', `${field}=${values.join(',')}`)
  }
  return `/api/v1/search?${parameters}`
}
