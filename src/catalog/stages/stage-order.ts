/** What the score of a task depends on. Unknown counters count as 0. */
export interface StageNeed {
  downloads: number
  likes: number
  trendingScore: number
  /** Whether it was never done for this repo, as opposed to done for an older commit. */
  isFirstTime: boolean
  /** Since the repo was first seen or its commit changed; at least 0. */
  ageDays: number
}

/** The parameters of the score. Each is 0 or between a millionth and a million. */
export interface StageWeights {
  /** How many downloads of the last 30 days a like is worth. */
  likes: number
  /** How many downloads a point of trending score is worth. */
  trending: number
  /** Exponent of popularity: 0 ignores it; with 1 a repo with ten times the downloads comes ten times as soon. */
  popularity: number
  /** How much sooner a repo without any data comes than one with outdated data. */
  firstTime: number
  /** Exponent of waiting: with 0 unpopular repos may wait forever, from 4 on old unpopular repos delay popular ones. */
  age: number
}

/**
 * `age` was chosen by `bench/freshness`: two years at a fully used budget. 95 % of the changes of the less popular half are
 * fetched within 580 days with an age of 0, 451 with 0.5, 174 with 1, 80 with 2, 52 with 3. The lag weighted by popularity is
 * the same up to 2. With 3 it triples during a first backlog, with 4 it is fifty times as much.
 */
export const STAGE_WEIGHTS: StageWeights = { likes: 50, trending: 500, popularity: 1, firstTime: 2, age: 2 }

/**
 * The score of a task; the highest goes first:
 *
 *     popularity × ln(1 + downloads + likes × L + trending × T)  +  ln(firstTime, if it was never done)  +  age × ln(1 + days)
 *
 * It is the logarithm of a product, so each weight is a factor. Popularity dominates: among tasks of equal cost, doing the most
 * popular first minimizes the lag weighted by popularity. Age makes sure that unpopular repos get their turn.
 */
export function stageScore(need: StageNeed, weights: StageWeights = STAGE_WEIGHTS): number {
  const { likes, trending, popularity, firstTime, age } = checked(weights)
  const weighed = 1 + bounded(need.downloads) + bounded(need.likes) * likes + bounded(need.trendingScore) * trending
  const first = need.isFirstTime ? Math.log(Math.max(firstTime, LEAST)) : 0
  return popularity * Math.log(weighed) + first + age * Math.log(1 + bounded(need.ageDays))
}

/** The formula in words, with its weights. */
export function stageOrderText({ likes, trending, popularity, firstTime, age }: StageWeights = STAGE_WEIGHTS): string {
  return (
    `${popularity === 1 ? '' : `${popularity} × `}ln(1 + downloads + ${likes} × likes + ${trending} × trending score)` +
    ` + ln(${firstTime}) if never done + ${age} × ln(1 + days due); the greatest first`
  )
}

/** The score as SQL over a row `n`, whose numbers may be null. Its columns are those of `StageNeed` in snake case. */
export function stageScoreSql(weights: StageWeights = STAGE_WEIGHTS): string {
  const { likes, trending, popularity, firstTime, age } = checked(weights)
  const column = (name: string): string =>
    `(case when n.${name} >= ${literal(LEAST)} then least(n.${name}, ${literal(MOST)}) else 0 end)`
  return `(${literal(popularity)} * ln(1 + ${column('downloads')} + ${column('likes')} * ${literal(likes)}
      + ${column('trending_score')} * ${literal(trending)})
    + case when n.is_first_time then ${literal(Math.log(Math.max(firstTime, LEAST)))} else 0 end
    + ${literal(age)} * ln(1 + ${column('age_days')}))`
}

/** Counters may have any value, and Postgres fails a statement if a number overflows or underflows. */
const LEAST = 1e-6
const MOST = 1e15

function bounded(value: number): number {
  return value >= LEAST ? Math.min(value, MOST) : 0
}

/** @throws RangeError for an invalid weight, so that only numbers get into the statement */
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
