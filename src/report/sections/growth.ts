import { chartFigure } from '../../charts/html/figure.ts'
import { element } from '../../charts/markup.ts'
import { readChart } from '../../charts/read-chart.ts'
import { counted } from '../../output/format.ts'
import type { TableData } from '../../output/table-data.ts'
import { formatNumber } from '../../util/format-number.ts'
import { type Asker, countOf, type Row, textOf } from '../asker.ts'
import { monthText, queriesOf, type Section, type SectionFigure, sumOf } from '../section.ts'

/** The Hub has stored creation times since then. Older repos carry this day. */
const FIRST_MONTH = '2022-03'
const LIBRARIES = 5
/** Half of a page. */
const PICTURE_WIDTH = 528

export async function growthSection(ask: Asker): Promise<Section> {
  const [growth, byLibrary] = [await ask.named('growth'), await ask.named('growth-by-library')]
  const thisMonth = ask.now.toISOString().slice(0, 7)
  const isWhole = (row: Row) => textOf(row, 'month') > FIRST_MONTH && textOf(row, 'month') < thisMonth
  const months = growth.rows.filter(isWhole)
  const old = growth.rows.filter((row) => textOf(row, 'month') <= FIRST_MONTH)
  const repos = ['models', 'datasets', 'spaces'].reduce((sum, kind) => sum + sumOf(old, kind), 0)
  return {
    title: 'Growth',
    finding: growthFinding(months),
    figures: [
      lines('Repos created per month', {
        columns: ['month', 'models', 'datasets', 'Spaces'],
        rows: months.map((row) => [textOf(row, 'month'), ...kindsOf(row)]),
      }),
      lines('Models created per month, by library', byColumn(months, byLibrary.rows.filter(isWhole))),
    ],
    notes: [
      'Counts repos that exist today: those deleted since are missing from the month in which they were created. The current ' +
        'month is left out.',
      ...(repos === 0
        ? []
        : [
            'The Hub gives repos created before 2 March 2022 that day as their date. ' +
              `${monthText(FIRST_MONTH)}, with ${formatNumber(repos)} repos, is left out.`,
          ]),
    ],
    queries: queriesOf(growth, byLibrary),
  }
}

function kindsOf(row: Row): number[] {
  return ['models', 'datasets', 'spaces'].map((kind) => countOf(row, kind))
}

/** Compares the last twelve months with the twelve before. The latest month comes first. */
function growthFinding(months: readonly Row[]): string {
  const created = months.map((row) => kindsOf(row).reduce((sum, count) => sum + count, 0))
  const sum = (from: number) => created.slice(from, from + 12).reduce((total, count) => total + count, 0)
  const [latest] = months
  if (latest === undefined) return 'No repo has a known month of creation.'
  const created12 = `${formatNumber(sum(0))} repos were created in the last ${counted(Math.min(12, months.length), 'month')}`
  const year = `${created12} with data, up to ${monthText(textOf(latest, 'month'))}`
  if (months.length < 24 || sum(12) === 0) return `${year}.`
  const percent = Math.round(100 * (sum(0) / sum(12) - 1))
  return `${year}: ${formatNumber(Math.abs(percent))} % ${percent < 0 ? 'fewer' : 'more'} than in the twelve before.`
}

/** A column per library, for those with the most models. */
function byColumn(months: readonly Row[], rows: readonly Row[]): TableData {
  const sums = [...Map.groupBy(rows, (row) => textOf(row, 'library'))].map(([name, own]) => ({
    name,
    models: sumOf(own, 'models'),
  }))
  const libraries = sums
    .filter(({ name }) => name !== '(none)')
    .toSorted((left, right) => right.models - left.models)
    .slice(0, LIBRARIES)
    .map(({ name }) => name)
  const models = new Map(rows.map((row) => [`${textOf(row, 'month')} ${textOf(row, 'library')}`, countOf(row, 'models')]))
  return {
    columns: ['month', ...libraries],
    rows: months.map((row) => {
      const month = textOf(row, 'month')
      return [month, ...libraries.map((library) => models.get(`${month} ${library}`) ?? 0)]
    }),
  }
}

function lines(title: string, data: TableData): SectionFigure {
  const hasLines = data.rows.length > 1 && data.columns.length > 1
  const content = hasLines
    ? chartFigure(readChart(data, { type: 'line' }), title, PICTURE_WIDTH)
    : element('p', { class: 'note' }, 'Too few months for a picture.')
  return { title, isHalf: true, content }
}
