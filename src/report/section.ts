import type { Markup } from '../charts/markup.ts'
import { pluralOf, type RepoKind } from '../hub/kinds.ts'
import { formatNumber } from '../util/format-number.ts'
import { type Answer, countOf, type Row, type ShownQuery } from './asker.ts'

/** A part of the report. */
export interface Section {
  title: string
  /** What the figures say, in a sentence or two. */
  finding: string
  figures: readonly SectionFigure[]
  /** Limits of the figures, in sentences. */
  notes: readonly string[]
  queries: readonly ShownQuery[]
}

export interface SectionFigure {
  title: string
  content: Markup
  /** Shares a line with the next one where there is room. */
  isHalf?: boolean
}

/** What all sections need to know of the catalog. */
export interface Facts {
  /** The day on which hubdex first saw a repo. */
  firstSeen: string
  /** Of all live repos in the last 30 days. */
  downloads: number
}

export function queriesOf(...answers: readonly Answer[]): ShownQuery[] {
  return answers.map(({ query }) => query)
}

export function sumOf(rows: readonly Row[], column: string): number {
  return rows.reduce((sum, row) => sum + countOf(row, column), 0)
}

/** The first rows, and one for all others with the sums of the columns. */
export function withOthers(rows: readonly Row[], most: number, nameColumn: string, counts: readonly string[]): readonly Row[] {
  if (rows.length <= most + 1) return rows
  const others = rows.slice(most)
  const sums = counts.map((column) => [column, sumOf(others, column)])
  return [...rows.slice(0, most), { ...Object.fromEntries(sums), [nameColumn]: `${formatNumber(others.length)} others` }]
}

/** `41 %`, or `0.4 %` below one. */
export function shareText(part: number, whole: number): string {
  if (whole === 0) return '–'
  const percent = (100 * part) / whole
  if (percent > 0 && percent < 0.1) return '< 0.1 %'
  return `${percent < 1 ? percent.toFixed(1).replace('.0', '') : Math.round(percent)} %`
}

/** `March 2026` of `2026-03`. */
export function monthText(month: string): string {
  return new Date(`${month}-01T00:00Z`).toLocaleDateString('en-US', { timeZone: 'UTC', month: 'long', year: 'numeric' })
}

/** `2026-03-05` as `5 March 2026`. */
export function dayText(day: string): string {
  return new Date(`${day}T00:00Z`).toLocaleDateString('en-GB', {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  })
}

/** The plural; the Hub writes Spaces with a capital. */
export function kindName(kind: RepoKind): string {
  return kind === 'space' ? 'Spaces' : pluralOf[kind]
}
