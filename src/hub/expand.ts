import { Refused } from './errors.ts'
import type { HubEvent } from './hub-events.ts'
import type { RepoKind } from './kinds.ts'

/**
 * All properties that can be requested of a repo with `expand`. If a Hub offers fewer of them in listings than in details, its
 * error says so, and the client requests the others only.
 */
export const LISTING_EXPAND: Readonly<Record<RepoKind, readonly string[]>> = {
  model: words(`author baseModels cardData childrenModelCount config createdAt disabled downloads downloadsAllTime
    evalResults gated gguf inference inferenceProviderMapping lastModified library_name likes mask_token model-index
    pipeline_tag private resourceGroup safetensors sha siblings spaces tags transformersInfo trendingScore usedStorage
    widgetData xetEnabled`),
  dataset: words(`author cardData citation createdAt description disabled downloads downloadsAllTime gated lastModified
    likes mainSize paperswithcode_id private resourceGroup sha siblings tags trendingScore usedStorage xetEnabled`),
  space: words(`author cardData createdAt datasets disabled lastModified likes models private region resourceGroup
    runtime sdk sha siblings subdomain tags trendingScore usedStorage xetEnabled`),
}

/** The heaviest properties, which are left out first when a page fails. */
const HEAVY: ReadonlySet<string> = new Set(
  words(`cardData childrenModelCount citation config description evalResults gguf inferenceProviderMapping model-index
    runtime safetensors siblings spaces transformersInfo usedStorage widgetData`),
)

/** Properties that are never left out: the position of a repo in the list, and whether it may be shown. */
const LEAST: ReadonlySet<string> = new Set(words('author createdAt disabled lastModified private'))

/** The same properties in steps: all, all but the heaviest, the fewest. */
export function lighterExpands(expand: readonly string[]): readonly (readonly string[])[] {
  const light = expand.filter((property) => !HEAVY.has(property))
  const least = expand.filter((property) => LEAST.has(property))
  const steps = [expand]
  for (const step of [light, least]) {
    // An empty list would request the default shape, which is heavier.
    if (step.length > 0 && step.length < (steps.at(-1)?.length ?? 0)) steps.push(step)
  }
  return steps
}

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
    // An empty list would request the server's default shape, which is not what was asked for.
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

function words(text: string): readonly string[] {
  return text.split(/\s+/)
}
