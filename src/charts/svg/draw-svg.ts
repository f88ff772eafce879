import type { Chart } from '../chart.ts'
import { element, type Markup } from '../markup.ts'
import type { Palette } from '../palette.ts'
import { drawBars } from './bars.ts'
import type { Drawn, DrawOptions } from './drawn.ts'
import { drawPlane } from './plane.ts'
import { wrapPixels } from './text.ts'

const PADDING = 20
const TITLE = { size: 17, line: 24 }
const NOTE = { size: 11.5, line: 17 }

/** A chart as a picture of its own, with a title, a background and its notes. */
export function drawSvg(chart: Chart, { title, width, palette }: DrawOptions & { title: string }): Markup {
  const inner = width - 2 * PADDING
  const head = wrapPixels(title, inner, TITLE.size, 2)
  const top = PADDING + head.length * TITLE.line
  const body = drawChart(chart, { width: inner, palette })
  const notes = chart.notes.flatMap((note) => wrapPixels(note, inner, NOTE.size, 3))
  const notesTop = top + body.height + 8
  const height = notesTop + notes.length * NOTE.line + PADDING - 6
  return svgElement(
    { width, height, label: title, palette },
    element('rect', { width, height, fill: palette.background }),
    ...head.map((line, index) =>
      element(
        'text',
        { x: PADDING, y: PADDING + 14 + index * TITLE.line, 'font-size': TITLE.size, 'font-weight': 600, fill: palette.text },
        line,
      ),
    ),
    element('g', { transform: `translate(${PADDING} ${top})` }, ...body.markup),
    ...notes.map((line, index) =>
      element('text', { x: PADDING, y: notesTop + 12 + index * NOTE.line, 'font-size': NOTE.size, fill: palette.soft }, line),
    ),
  )
}

/** A chart without a title, to put into a page. */
export function drawBareSvg(chart: Chart, options: DrawOptions, label: string): Markup {
  const { markup, height } = drawChart(chart, options)
  return svgElement({ ...options, height, label }, ...markup)
}

function drawChart(chart: Chart, options: DrawOptions): Drawn {
  return chart.type === 'bar' ? drawBars(chart, options) : drawPlane(chart, options)
}

interface SvgFrame {
  width: number
  height: number
  label: string
  palette: Palette
}

function svgElement({ width, height, label, palette }: SvgFrame, ...children: readonly Markup[]): Markup {
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${Math.round(height)}`,
      role: 'img',
      'aria-label': label,
      'font-family': "Inter, system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif",
      'font-size': 12.5,
      fill: palette.text,
    },
    ...children,
  )
}
