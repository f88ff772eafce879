import { Refused } from '../errors.ts'
import type { HubEvent } from '../events.ts'
import type { RepoKind } from '../kinds.ts'

/** Listings and details of one kind may support different properties. */
type Place = 'listing' | 'detail'

/** Remembers which properties a server refused, so that each kind and place costs only one refused request. */
export class SupportedFields {
  readonly #refused = new Map<string, Set<string>>()
  readonly #onEvent: (event: HubEvent) => void

  constructor(onEvent: (event: HubEvent) => void) {
    this.#onEvent = onEvent
  }

  /**
   * Sends the request with the wanted properties. If the server lists those it supports, sends it once more with only these.
   *
   * @returns the answer, and the number of refused requests before it
   * @throws Refused when no wanted property is supported, or when the refusal is about something else
   */
  async ask<Result>(
    kind: RepoKind,
    place: Place,
    wanted: readonly string[],
    request: (expand: readonly string[]) => Promise<Result>,
  ): Promise<{ result: Result; refusals: number }> {
    const known = this.#known(kind, place, wanted)
    try {
      return { result: await request(known), refusals: 0 }
    } catch (error) {
      const allowed = error instanceof Refused ? allowedExpand(error) : undefined
      if (allowed === undefined) throw error
      const properties = known.filter((property) => !allowed.has(property))
      if (properties.length === 0 || properties.length === known.length) throw error
      const refused = this.#refusedOf(kind, place)
      for (const property of properties) refused.add(property)
      this.#onEvent({ type: 'expand-refused', kind, properties })
    }
    return { result: await request(this.#known(kind, place, wanted)), refusals: 1 }
  }

  #known(kind: RepoKind, place: Place, wanted: readonly string[]): readonly string[] {
    const refused = this.#refusedOf(kind, place)
    const known = wanted.filter((property) => !refused.has(property))
    // An empty list would request the server's default shape, which is not what the caller wants.
    return known.length === 0 ? wanted : known
  }

  #refusedOf(kind: RepoKind, place: Place): Set<string> {
    const key = `${kind} ${place}`
    const refused = this.#refused.get(key) ?? new Set()
    this.#refused.set(key, refused)
    return refused
  }
}

/** Parses the list in `"expand" must be one of [author, baseModels, …]`. */
function allowedExpand(error: Refused): ReadonlySet<string> | undefined {
  const list = /"expand(?:\[\d*\])?" must be one of \[([^\]]*)\]/.exec(error.serverMessage ?? '')?.[1]
  return list === undefined ? undefined : new Set(list.split(',').map((property) => property.trim()))
}
