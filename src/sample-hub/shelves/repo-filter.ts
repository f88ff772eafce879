import type { HubRepo, RepoFilter, WantedFields } from '../../hub-server/hub-store.ts'
import { parametersOf } from './repo-values.ts'

export interface CompiledFilter {
  readonly fields: WantedFields
  matches(repo: HubRepo): boolean
}

interface Condition {
  readonly reads: readonly string[]
  holds(repo: HubRepo): boolean
}

/** Undefined when every repo matches, so that a plain listing reads only its page. The shelf decides what is listed. */
export function compileFilter(filter: RepoFilter): CompiledFilter | undefined {
  const conditions = [...conditionsOf(filter)]
  if (conditions.length === 0) return undefined
  return {
    fields: { names: new Set(conditions.flatMap((condition) => condition.reads)), blobs: false },
    matches: (repo) => conditions.every((condition) => condition.holds(repo)),
  }
}

function* conditionsOf(filter: RepoFilter): Iterable<Condition> {
  for (const text of filter.search.map((text) => text.toLowerCase())) {
    yield { reads: [], holds: (repo) => repo.id.toLowerCase().includes(text) }
  }
  for (const author of filter.authors) yield { reads: ['author'], holds: (repo) => repo['author'] === author }
  for (const tag of filter.tags) {
    const reads = ['tags', 'pipeline_tag', 'library_name']
    yield {
      reads,
      holds: (repo) => has(repo['tags'], tag) || repo['pipeline_tag'] === tag || repo['library_name'] === tag,
    }
  }
  for (const library of filter.libraries) {
    yield {
      reads: ['tags', 'library_name'],
      holds: (repo) => repo['library_name'] === library || has(repo['tags'], library),
    }
  }
  for (const task of filter.pipelineTags) {
    yield { reads: ['pipeline_tag'], holds: (repo) => repo['pipeline_tag'] === task }
  }
  if (filter.gated !== undefined) {
    yield { reads: ['gated'], holds: (repo) => ((repo['gated'] ?? false) !== false) === filter.gated }
  }
  if (filter.parameters !== undefined) {
    const { min = 0, max = Number.POSITIVE_INFINITY } = filter.parameters
    yield {
      reads: ['safetensors', 'gguf'],
      holds: (repo) => {
        const total = parametersOf(repo)
        return total !== null && total >= min && total <= max
      },
    }
  }
  if (filter.inference !== undefined) {
    yield { reads: ['inference'], holds: (repo) => repo['inference'] === filter.inference }
  }
  if (filter.inferenceProviders.length > 0) {
    yield {
      reads: ['inferenceProviderMapping'],
      holds: (repo) => servedBy(repo['inferenceProviderMapping'], filter.inferenceProviders),
    }
  }
  const { anyTags } = filter
  if (anyTags !== undefined) {
    yield {
      reads: ['tags', 'library_name'],
      holds: (repo) => anyTags.some((tag) => repo['library_name'] === tag || has(repo['tags'], tag)),
    }
  }
  for (const model of filter.models) yield { reads: ['models'], holds: (repo) => has(repo['models'], model) }
  for (const dataset of filter.datasets) yield { reads: ['datasets'], holds: (repo) => has(repo['datasets'], dataset) }
}

function has(values: unknown, value: string): boolean {
  return Array.isArray(values) && values.includes(value)
}

/** The mapping is an array of entries, or in a detail payload an object keyed by provider. */
function servedBy(mapping: unknown, providers: readonly string[]): boolean {
  if (typeof mapping !== 'object' || mapping === null) return false
  const names: unknown[] = Array.isArray(mapping) ? mapping.map((entry) => entry?.provider) : Object.keys(mapping)
  return providers.includes('all') ? names.length > 0 : names.some((name) => providers.some((one) => one === name))
}
