import type { CatalogKind } from '../hub/kinds.ts'
import type { ParameterClass } from './text/parameter-class.ts'

/** The counters of a repo. They change daily, so they can be updated without rewriting the document. */
export interface Counters {
  /** Downloads of the last 30 days. */
  downloads: number
  likes: number
  trendingScore: number
}

/** A repo or collection in a search index: every field that is searched, filtered, counted, sorted by or shown in hits. */
export interface SearchDocument extends Counters {
  hubId: string
  kind: CatalogKind
  /** `owner/name`, or the slug of a collection, as the Hub spells it. */
  id: string
  /** Previous names, newest first; the repo is found by them too. */
  formerNames: string[]
  author: string | null
  /** Collections only. */
  title: string | null
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
  /** The color of a collection. */
  theme: string | null
  /** Datasets only, in the Hub's form: `10K<n<100K`. */
  sizeCategory: string[]
  /** Models only. */
  parameters: number | null
  parameterClass: ParameterClass | null
  /** Dates are ISO 8601 in UTC. */
  createdAt: string | null
  lastModified: string | null
  /** Identifies the words of the README that are indexed; null without any. It changes with them. */
  readmeDigest: string | null
}

/** A document to be indexed. The words of its README are searched, but never read back. */
export interface IndexedDocument extends SearchDocument {
  /** Distinct; see `readmeWordsOf`. @default none */
  readmeWords?: readonly string[]
}

export interface CounterUpdate extends Counters {
  hubId: string
}
