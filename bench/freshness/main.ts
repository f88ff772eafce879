import { parseArgs } from 'node:util'
import { renderTable } from '../../src/output/table.ts'
import { REAL_REPOS } from './hub-facts.ts'
import { REPO_CLASSES } from './lag.ts'
import { ORDERS, stageOrder } from './orders.ts'
import { requestsForStages, type SimulationReport, simulate } from './simulate.ts'
import { createWorld } from './world.ts'

/**
 * Simulates how far the stages of repos lag behind the Hub in different orders. `npm run freshness` with `--quota 500` requests
 * per five minutes, `--days 30`, `--seed 1`, `--repos 60000` (the quota is scaled down like the Hub), and `--ages 1,2,3` to
 * compare other weights of age. docs/benchmarks.md has results.
 */
const { values } = parseArgs({
  options: {
    quota: { type: 'string', default: '500' },
    days: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    repos: { type: 'string', default: '60000' },
    ages: { type: 'string', default: '' },
  },
})
const [quota, days, seed, repos] = [values.quota, values.days, values.seed, values.repos].map(positiveNumber) as [
  number,
  number,
  number,
  number,
]
if (requestsForStages(quota) <= 0) throw new Error(`Passes alone take more than ${quota} requests per five minutes.`)
const ages = values.ages.split(',').filter((age) => age !== '')
const orders = [...ORDERS, ...ages.map((age) => stageOrder(`hubdex, age ${age}`, { age: positiveNumber(age) }))]

const world = createWorld(repos, days, seed)
const perDay = (count: number) => Math.round((count / days) * (REAL_REPOS / repos))
const stageQuota = Math.round(requestsForStages(quota))
console.log(
  `${REAL_REPOS} repos as ${repos}, ${days} days, seed ${seed}, quota ${quota}, of which ${stageQuota} for stages.\n` +
    `Per day: ${perDay(world.repos.length - world.present)} new repos, ${perDay(world.changes.length)} commits.`,
)
for (const isWarm of [false, true]) {
  console.log(isWarm ? '\nAt the start the stages of all repos are done' : '\nAt the start only a first full pass is done')
  console.log('Lag: mean over time and repos. Waits: p50 and p95 of the time until a commit was reflected.')
  console.log(renderTable(orders.map((order) => row(order.name, simulate({ order, world, days, quota, isWarm })))))
}

function row(name: string, { weightedDays, classes, upToDate }: SimulationReport): Record<string, string> {
  const perClass = REPO_CLASSES.map((repoClass) => {
    const { meanDays, waitP50Days, waitP95Days } = classes[repoClass]
    return [`${repoClass}: lag, waits`, [meanDays, waitP50Days, waitP95Days].map(duration).join(' / ')]
  })
  return {
    order: name,
    'weighted lag': duration(weightedDays),
    ...Object.fromEntries(perClass),
    'up to date at the end': `${(100 * upToDate).toFixed(1)} %`,
  }
}

function duration(days: number): string {
  if (days === 0) return '0'
  if (days >= 2) return `${days.toFixed(1)} d`
  if (days * 24 >= 1) return `${(days * 24).toFixed(1)} h`
  const seconds = days * 86_400
  return seconds >= 60 ? `${Math.round(seconds / 60)} m` : `${seconds.toFixed(seconds < 1 ? 2 : 0)} s`
}

function positiveNumber(text: string): number {
  const number = Number(text)
  if (number > 0) return number
  throw new Error(`Expected a number above 0, got "${text}".`)
}
