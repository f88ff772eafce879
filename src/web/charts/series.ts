/** A line of a chart. */
export interface Series {
  name: string
  /** Ascending by day. */
  points: readonly { day: string; value: number }[]
}
