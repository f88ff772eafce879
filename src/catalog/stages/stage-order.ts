/** What the place of a task in the order of its stage depends on. Counters that nobody gave count as 0. */
export interface StageNeed {
  downloads: number
  likes: number
  trendingScore: number
  /** Never done for this repo, rather than done for an older commit. */
  isFirstTime: boolean
  /** Since the repo was first seen or its commit moved; at least 0. */
  ageDays: number
}

/** The knobs of the order. All are finite and at least 0. */
export interface StageWeights {
  /** What a like counts in downloads of the last 30 days. */
  likes: number
  /** What a point of trending score counts in downloads. */
  trending: number
  /** How steeply popularity counts: with 0 not at all, with 1 a repo with ten times the downloads comes ten times as soon. */
  popularity: number
  /** How much sooner a repo comes that has nothing yet than one whose present state is outdated. */
  firstTime: number
  /** How steeply waiting counts: with 0 the tail waits for ever while the top changes, with 1 time outweighs popularity. */
  age: number
}

export const STAGE_WEIGHTS: StageWeights = { likes: 50, trending: 500, popularity: 1, firstTime: 2, age: 0.5 }

/**
 * How wanted a task is; the highest goes first:
 *
 *     popularity × ln(1 + downloads + likes × L + trending × T)  +  ln(firstTime, if it was never done)  +  age × ln(1 + days)
 *
 * It is the logarithm of a product, so that each weight says by which factor something counts. Popularity decides almost
 * alone: of tasks that cost alike, doing the most wanted first keeps the lag weighted by popularity lowest. Age is what
 * lets the tail come at last.
 */
export function stageScore(need: StageNeed, weights: StageWeights = STAGE_WEIGHTS): number {
  const { downloads, likes, trendingScore, isFirstTime, ageDays } = need
  const popularity =
    1 + atLeastZero(downloads) + atLeastZero(likes) * weights.likes + atLeastZero(trendingScore) * weights.trending
  return (
    weights.popularity * Math.log(popularity) +
    (isFirstTime ? Math.log(Math.max(weights.firstTime, Number.MIN_VALUE)) : 0) +
    weights.age * Math.log(1 + atLeastZero(ageDays))
  )
}

/**
 * The same as a SQL expression over columns `downloads`, `likes`, `trending_score`, `is_first_time` and `age_days` of a row
 * `n`, any of the numbers null.
 */
export function stageScoreSql(weights: StageWeights = STAGE_WEIGHTS): string {
  const { likes, trending, popularity, firstTime, age } = weights
  const column = (name: string): string => `greatest(coalesce(n.${name}, 0)::double precision, 0)`
  return `(${literal(popularity)} * ln(1 + ${column('downloads')} + ${column('likes')} * ${literal(likes)}
      + ${column('trending_score')} * ${literal(trending)})
    + case when n.is_first_time then ${literal(Math.log(Math.max(firstTime, Number.MIN_VALUE)))} else 0 end
    + ${literal(age)} * ln(1 + ${column('age_days')}))`
}

function atLeastZero(value: number): number {
  return Math.max(value, 0)
}

/** @throws RangeError for what is no weight, which also keeps anything but numbers out of the statement */
function literal(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`Expected a finite number as a weight, got ${value}.`)
  return `(${value})::double precision`
}
