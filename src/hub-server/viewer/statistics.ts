import type { SplitTable } from '../hub-files.ts'

const BINS = 10

/** The statistics of each column that the dataset viewer has any of: numbers, texts, lists and times. */
export function statisticsOf({ columns }: Pick<SplitTable, 'columns'>): object[] {
  return columns.flatMap(({ name, values }) => {
    const present = values.filter((value) => value !== null && value !== undefined)
    const kind = kindOf(present)
    if (kind === undefined) return []
    const missing = values.length - present.length
    const nans = { nan_count: missing, nan_proportion: values.length === 0 ? 0 : rounded(missing / values.length) }
    const { measure, type } = kind
    return [{ column_name: name, column_type: type, column_statistics: { ...nans, ...summary(present.map(measure), type) } }]
  })
}

interface Kind {
  readonly type: 'int' | 'float' | 'string_text' | 'list' | 'datetime'
  /** What the statistics are of: the number, or the length of a text or list. */
  measure(value: unknown): number
}

function kindOf(values: readonly unknown[]): Kind | undefined {
  const [first] = values
  if (typeof first === 'bigint') return { type: 'int', measure: Number }
  if (typeof first === 'number') return { type: values.every(Number.isInteger) ? 'int' : 'float', measure: Number }
  if (typeof first === 'string') return { type: 'string_text', measure: (value) => [...String(value)].length }
  if (Array.isArray(first)) return { type: 'list', measure: (value) => (Array.isArray(value) ? value.length : 0) }
  return first instanceof Date ? { type: 'datetime', measure: Number } : undefined
}

function summary(numbers: readonly number[], type: Kind['type']): object {
  const sorted = numbers.toSorted((a, b) => a - b)
  const [min = 0, max = 0] = [sorted[0], sorted.at(-1)]
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length
  const middle = (sorted.length - 1) / 2
  const median = ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, sorted.length - 1)
  const show = (value: number) => (type === 'datetime' ? new Date(value).toISOString() : rounded(value))
  const std = rounded(Math.sqrt(variance))
  return { min: show(min), max: show(max), mean: show(mean), median: show(median), std, histogram: histogram(sorted, show) }
}

function histogram(sorted: readonly number[], show: (value: number) => number | string): object {
  const [min = 0, max = 0] = [sorted[0], sorted.at(-1)]
  const bins = min === max ? 1 : BINS
  const width = (max - min) / bins
  const hist = Array.from({ length: bins }, () => 0)
  for (const value of sorted) {
    const bin = width === 0 ? 0 : Math.min(bins - 1, Math.floor((value - min) / width))
    hist[bin] = (hist[bin] ?? 0) + 1
  }
  return { hist, bin_edges: Array.from({ length: bins + 1 }, (_, edge) => show(min + edge * width)) }
}

function rounded(value: number): number {
  return Number(value.toFixed(5))
}
