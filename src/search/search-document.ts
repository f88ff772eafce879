import type { RepoKind } from '../hub/kinds.ts'
import type { ParameterClass } from './text/parameter-class.ts'

/** What moves daily on a repo, and is therefore updated apart from the rest of its document. */
export interface Counters {
  /** Downloads of the last 30 days. */
  downloads: number
  likes: number
  trendingScore: number
}

/** One repo as a search engine keeps it: what is searched, filtered, counted, sorted by or shown in a list of hits. */
export interface SearchDocument extends Counters {
  hubId: string
  kind: RepoKind
  /** `owner/name`, in the spelling of the Hub. */
  id: string
  /** Names that the repo had before, the latest first: it is found by them too. */
  formerNames: string[]
  author: string | null
  description: string | null
  tags: string[]
  task: string[]
  library: string[]
  license: string[]
  language: string[]
  modality: string[]
  format: string[]
  gated: 'false' | 'auto' | 'manual' | null
  /** Spaces only. */
  sdk: string | null
  /** Datasets only, as the Hub names it: `10K<n<100K`. */
  sizeCategory: string | null
  /** Models only: the number of parameters. */
  parameters: number | null
  parameterClass: ParameterClass | null
  /** Instants as ISO 8601 in UTC. */
  createdAt: string | null
  lastModified: string | null
}

export interface CounterUpdate extends Counters {
  hubId: string
}
