import type { RepoKind } from '../../hub/kinds.ts'
import { createQuantile, type Quantiles } from './distribution.ts'
import type { Draw } from './draw.ts'
import { Topic } from './topic.ts'

/** Downloads of models in 30 days: a census of 29,432 models, with the maximum from 2026. */
export const MODEL_DOWNLOADS: Quantiles = [
  [0.31, 0],
  [0.5, 3],
  [0.75, 17],
  [0.9, 130],
  [0.95, 765],
  [0.99, 29_285],
  [0.999, 632_320],
  [1, 257_000_000],
]

const downloadsOf = {
  model: createQuantile(MODEL_DOWNLOADS),
  dataset: createQuantile([
    [0.5, 1],
    [0.75, 9],
    [0.9, 155],
    [0.95, 238],
    [0.99, 3997],
    [0.999, 83_594],
    [1, 1_846_708],
  ]),
}

const likesOf = createQuantile([
  [0.82, 0],
  [0.9, 1],
  [0.95, 3],
  [0.99, 40],
  [0.999, 700],
  [1, 14_222],
])

const trendingOf = createQuantile([
  [0.97, 0],
  [0.99, 2],
  [0.999, 20],
  [1, 2043],
])

/** Correlation of downloads and likes: the share of repos with the same rank in both. */
const SHARED_POPULARITY = 0.6

export interface Counters {
  /** Undefined for Spaces. */
  downloadsAt(index: number): number | undefined
  downloadsAllTimeAt(index: number): number | undefined
  likesAt(index: number): number
  trendingAt(index: number): number
}

export function createCounters(kind: RepoKind, draw: Draw): Counters {
  const downloads = kind === 'space' ? undefined : downloadsOf[kind]

  function downloadsAt(index: number): number | undefined {
    return downloads?.(draw(index, Topic.popularity))
  }

  function downloadsAllTimeAt(index: number): number | undefined {
    const recent = downloadsAt(index)
    return recent === undefined ? undefined : Math.round(recent * (1 + 30 * draw(index, Topic.allTime)))
  }

  function likesAt(index: number): number {
    const isShared = draw(index, Topic.likesMix) < SHARED_POPULARITY
    return likesOf(draw(index, isShared ? Topic.popularity : Topic.likesOwn))
  }

  const trendingAt = (index: number) => trendingOf(draw(index, Topic.trending))

  return { downloadsAt, downloadsAllTimeAt, likesAt, trendingAt }
}
