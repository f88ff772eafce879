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

/** The knobs of the order. Each is 0 or between a millionth and a million. */
export interface StageWeights {
  /** What a like counts in downloads of the last 30 days. */
  likes: number
  /** What a point of trending score counts in downloads. */
  trending: number
  /** How steeply popularity counts: with 0 not at all, with 1 a repo with ten times the downloads comes ten times as soon. */
  popularity: number
  /** How much sooner a repo comes that has nothing yet than one whose present state is outdated. */
  firstTime: number
  /** How steeply waiting counts: with 0 the tail waits for ever while the top changes, from 4 on old nobodies delay the top. */
  age: number
}

/**
 * Age by `bench/freshness`, two years at a budget of which all is needed: nineteen in twenty changes of the least popular
 * half are fetched within 580 days with an age of 0, 451 with 0.5, 174 with 1, 80 with 2, 52 with 3. Up to 2 the lag weighted
 * by popularity stays as it is; with 3 it triples while a first backlog is worked off, with 4 it is fifty times as much.
 */
export const STAGE_WEIGHTS: StageWeights = { likes: 50, trending: 500, popularity: 1, firstTime: 2, age: 2 }

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
  const { likes, trending, popularity, firstTime, age } = checked(weights)
  const weighed = 1 + bounded(need.downloads) + bounded(need.likes) * likes + bounded(need.trendingScore) * trending
  const first = need.isFirstTime ? Math.log(Math.max(firstTime, LEAST)) : 0
  return popularity * Math.log(weighed) + first + age * Math.log(1 + bounded(need.ageDays))
}

/** The same for people, with the weights in it. */
export function stageOrderText({ likes, trending, popularity, firstTime, age }: StageWeights = STAGE_WEIGHTS): string {
  return (
    `${popularity === 1 ? '' : `${popularity} × `}ln(1 + downloads + ${likes} × likes + ${trending} × trending score)` +
    ` + ln(${firstTime}) if never done + ${age} × ln(1 + days due); the greatest first`
  )
}

/**
 * The same as a SQL expression over columns `downloads`, `likes`, `trending_score`, `is_first_time` and `age_days` of a row
 * `n`, any of the numbers null.
 */
export function stageScoreSql(weights: StageWeights = STAGE_WEIGHTS): string {
  const { likes, trending, popularity, firstTime, age } = checked(weights)
  const column = (name: string): string =>
    `(case when n.${name} >= ${literal(LEAST)} then least(n.${name}, ${literal(MOST)}) else 0 end)`
  return `(${literal(popularity)} * ln(1 + ${column('downloads')} + ${column('likes')} * ${literal(likes)}
      + ${column('trending_score')} * ${literal(trending)})
    + case when n.is_first_time then ${literal(Math.log(Math.max(firstTime, LEAST)))} else 0 end
    + ${literal(age)} * ln(1 + ${column('age_days')}))`
}

/** Counters are anybody's word, and Postgres ends a statement in which a number becomes too large or too small to hold. */
const LEAST = 1e-6
const MOST = 1e15

function bounded(value: number): number {
  return value >= LEAST ? Math.min(value, MOST) : 0
}

/** @throws RangeError for what is no weight, which also keeps anything but numbers out of the statement */
function checked(weights: StageWeights): StageWeights {
  for (const [name, value] of Object.entries(weights)) {
    if (value === 0 || (value >= LEAST && value <= 1 / LEAST)) continue
    throw new RangeError(`The weight ${name} is ${value}, expected 0 or a number between ${LEAST} and ${1 / LEAST}.`)
  }
  return weights
}

function literal(value: number): string {
  return `(${value})::double precision`
}
