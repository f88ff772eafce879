import { htmlPage } from '../charts/html/page.ts'
import { element, type Markup } from '../charts/markup.ts'
import { formatNumber } from '../util/format-number.ts'
import { hubdexVersion } from '../util/version.ts'
import type { ShownQuery } from './asker.ts'
import type { Report } from './read-report.ts'
import { dayText, type Section } from './section.ts'

/** By this name in its head, a later run recognizes a report. */
export const REPORT_GENERATOR = 'hubdex report'

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 })

/** A report as one HTML page that loads nothing. */
export function drawReport({ endpoint, readAt, facts, headlines, headlineQuery, sections }: Report): string {
  const day = dayText(readAt.toISOString().slice(0, 10))
  const host = URL.canParse(endpoint) ? new URL(endpoint).host : endpoint
  const time = `${readAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  return htmlPage(
    { title: `${host} on ${day}`, generator: REPORT_GENERATOR },
    element(
      'header',
      {},
      element('p', { class: 'eyebrow' }, 'Catalog report'),
      element('h1', {}, `${host} on ${day}`),
      element(
        'p',
        { class: 'soft' },
        `From the hubdex catalog of ${endpoint}, read at ${time}. Watched since ${dayText(facts.firstSeen)}.`,
      ),
      element('ul', { class: 'headlines' }, ...headlines.map(headline)),
      queryList([headlineQuery]),
    ),
    element('main', {}, ...sections.map(drawSection)),
    element(
      'footer',
      { class: 'note' },
      `Made by hubdex ${hubdexVersion()}. Every figure comes from the query named below it, over the views of the catalog.`,
    ),
  )
}

function headline({ name, value }: Report['headlines'][number]): Markup {
  return element(
    'li',
    { title: formatNumber(value) },
    element('strong', {}, value < 100_000 ? formatNumber(value) : compact.format(value)),
    element('span', {}, name),
  )
}

function drawSection({ title, finding, figures, notes, queries }: Section): Markup {
  return element(
    'section',
    {},
    element('h2', {}, title),
    element('p', { class: 'finding' }, finding),
    element(
      'div',
      { class: 'figures' },
      ...figures.map(({ title: name, content, isHalf }) =>
        element('div', { class: isHalf === true ? 'figure half' : 'figure' }, element('h3', {}, name), content),
      ),
    ),
    ...notes.map((note) => element('p', { class: 'note' }, note)),
    queryList(queries),
  )
}

function queryList(queries: readonly ShownQuery[]): Markup {
  return element(
    'details',
    { class: 'queries' },
    element(
      'summary',
      {},
      queries.length === 1 ? 'Query: ' : 'Queries: ',
      element('code', {}, [...new Set(queries.map(({ command }) => command ?? 'SQL'))].join(' · ')),
    ),
    ...queries.map(({ command, sql }) =>
      element(
        'pre',
        {},
        element('code', {}, command === undefined ? `hubdex sql - <<'SQL'\n${sql}\nSQL` : `${command}\n\n${sql}`),
      ),
    ),
  )
}
