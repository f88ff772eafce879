import type { RepoKind } from '../kinds.ts'

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

function words(text: string): readonly string[] {
  return text.split(/\s+/)
}
