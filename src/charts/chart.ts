export const CHART_TYPES = ['bar', 'line', 'scatter'] as const

export type ChartType = (typeof CHART_TYPES)[number]

/** Values by name, in the order of the rows. */
export interface BarChart {
  type: 'bar'
  /** What the names and the values are: names of columns. */
  x: string
  y: string
  bars: readonly Bar[]
  /** What the chart leaves out, in sentences. */
  notes: readonly string[]
}

interface Bar {
  name: string
  /** Null if there is no value. */
  value: number | null
}

/** Points with numbers on both axes, as lines or dots. */
export interface PlaneChart {
  type: 'line' | 'scatter'
  x: string
  /** Undefined if each line is a column, and so named. */
  y: string | undefined
  /** Whether x is a time, in milliseconds since 1970. */
  isTime: boolean
  /** Ascending by x. */
  series: readonly Series[]
  notes: readonly string[]
}

export interface Series {
  name: string
  points: readonly Point[]
}

export interface Point {
  x: number
  /** Null breaks the line. */
  y: number | null
}

export type Chart = BarChart | PlaneChart

/** A result cannot be drawn as asked. */
export class UnfitForChart extends Error {
  override readonly name = 'UnfitForChart'
}
