import { scaleLinear } from 'd3-scale'
import { formatNumber } from '../../util/format-number.ts'
import type { BarChart } from '../chart.ts'
import { element } from '../markup.ts'
import { extentOf } from '../thin.ts'
import type { Drawn, DrawOptions } from './drawn.ts'
import { fitPixels, pixelsOf } from './text.ts'

const SIZE = 12.5
const ROW = 25
const HEAD = 30
const GAP = 12

/** Horizontal bars between their names and their values, which line up at the right. */
export function drawBars({ bars, x, y }: BarChart, { width, palette }: DrawOptions): Drawn {
  const values = bars.map(({ value }) => (value === null ? '–' : formatNumber(value)))
  const widest = (texts: readonly string[], size = SIZE) =>
    texts.reduce((most, text) => Math.max(most, pixelsOf(text, size)), 0)
  const namesWidth = Math.min(widest([...bars.map(({ name }) => name), x]), width * 0.42)
  const valuesWidth = Math.min(widest([...values, y]), width * 0.3)
  const start = namesWidth + GAP
  const [low, high] = extentOf([0, ...bars.map(({ value }) => value ?? 0)])
  const scale = scaleLinear()
    .domain([low, high === low ? 1 : high])
    .range([start, Math.max(start + 20, width - valuesWidth - GAP)])
  const zero = scale(0)
  const head = { y: 18, 'font-size': 11.5, fill: palette.soft }
  return {
    height: HEAD + bars.length * ROW,
    markup: [
      element('text', { ...head, x: 0 }, fitPixels(x, namesWidth, 11.5)),
      element('text', { ...head, x: width, 'text-anchor': 'end' }, fitPixels(y, width * 0.5, 11.5)),
      element('line', { x1: 0, x2: width, y1: HEAD - 3.5, y2: HEAD - 3.5, stroke: palette.grid }),
      ...bars.flatMap(({ name, value }, index) => {
        const top = HEAD + index * ROW
        const end = scale(value ?? 0)
        return [
          element('text', { x: 0, y: top + 17 }, fitPixels(name, namesWidth, SIZE)),
          element('rect', {
            x: Math.min(zero, end),
            y: top + 5,
            width: Math.max(value === null || value === 0 ? 0 : 1, Math.abs(end - zero)),
            height: ROW - 9,
            rx: 2,
            fill: palette.main,
          }),
          element(
            'text',
            { x: width, y: top + 17, 'text-anchor': 'end', style: 'font-variant-numeric: tabular-nums' },
            values[index],
          ),
        ]
      }),
    ],
  }
}
