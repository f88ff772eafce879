import type { QueryResult } from '../analytics/query-result.ts'
import { Asker, countOf, dayOf, type ShownQuery, textOf } from './asker.ts'
import type { Facts, Section } from './section.ts'
import { authorsSection } from './sections/authors.ts'
import { changesSection } from './sections/changes.ts'
import { coverageSection } from './sections/coverage.ts'
import { familiesSection } from './sections/families.ts'
import { growthSection } from './sections/growth.ts'
import { licensesSection } from './sections/licenses.ts'
import { sizesSection } from './sections/sizes.ts'
import { tasksSection } from './sections/tasks.ts'

export interface Report {
  /** Address of the Hub. */
  endpoint: string
  /** When the queries began. */
  readAt: Date
  facts: Facts
  /** The most important numbers, with their names. */
  headlines: readonly { name: string; value: number }[]
  headlineQuery: ShownQuery
  sections: readonly Section[]
}

/** There is nothing to report about. */
export class EmptyCatalog extends Error {
  override readonly name = 'EmptyCatalog'
}

const HEADLINES = `select kind, count(*) as repos, count(distinct author) as authors, sum(downloads) as downloads,
  sum(likes) as likes, min(first_seen_at) as first_seen_at,
  (select endpoint from passes where endpoint is not null order by started_at desc limit 1) as endpoint
from repos
where removed_at is null
group by grouping sets ((kind), ())`

/**
 * Reads a report from the catalog, one query after the other.
 *
 * @param run runs a query over the public views
 * @throws EmptyCatalog
 */
export async function readReport(run: (sql: string) => Promise<QueryResult>, readAt: Date): Promise<Report> {
  const ask = new Asker(run, readAt)
  const headlines = await ask.sql(HEADLINES)
  const all = headlines.rows.find((row) => row['kind'] === null)
  if (countOf(all, 'repos') === 0) throw new EmptyCatalog('The catalog has no repos to report on. Run `hubdex crawl` first.')
  const repos = (kind: string) =>
    countOf(
      headlines.rows.find((row) => row['kind'] === kind),
      'repos',
    )
  const facts: Facts = {
    firstSeen: dayOf(all, 'first_seen_at'),
    downloads: countOf(all, 'downloads'),
  }
  const sections: Section[] = []
  for (const make of SECTIONS) sections.push(await make(ask, facts))
  return {
    endpoint: textOf(all, 'endpoint'),
    readAt,
    facts,
    headlines: [
      { name: 'models', value: repos('model') },
      { name: 'datasets', value: repos('dataset') },
      { name: 'Spaces', value: repos('space') },
      { name: 'owners', value: countOf(all, 'authors') },
      { name: 'downloads in 30 days', value: facts.downloads },
      { name: 'likes', value: countOf(all, 'likes') },
    ],
    headlineQuery: headlines.query,
    sections,
  }
}

/** In the order of the report. */
const SECTIONS = [
  growthSection,
  licensesSection,
  tasksSection,
  sizesSection,
  authorsSection,
  familiesSection,
  changesSection,
  coverageSection,
]
