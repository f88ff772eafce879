import type { Chart } from '../chart.ts'
import { drawBars } from './bars.ts'
import { drawPlane, type TerminalOptions } from './plane.ts'

/** A chart in characters. No line is longer than the width, and terminal controls in names are escaped. */
export function drawInTerminal(chart: Chart, { width, hasColor }: TerminalOptions): string {
  return chart.type === 'bar' ? drawBars(chart, width) : drawPlane(chart, { width, hasColor })
}
