import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BarChart, PlaneChart } from '../../src/charts/chart.ts'
import { CHART_FILE_FORMATS, loadChartFile } from '../../src/charts/chart-file.ts'
import { readChart } from '../../src/charts/read-chart.ts'
import { fitPixels, pixelsOf } from '../../src/charts/svg/text.ts'
import { drawInTerminal } from '../../src/charts/terminal/draw-in-terminal.ts'
import { textWidth } from '../../src/output/text-width.ts'

/** Reverses text, leaves an element, moves the cursor, and is long and wide. */
const HOSTILE = `"><script>alert(1)</script>&\u202e\u001b[2J\0${'日本'.repeat(200)}\ud800`

const bars: BarChart = {
  type: 'bar',
  x: HOSTILE,
  y: 'repos',
  bars: [
    { name: HOSTILE, value: 10 },
    { name: 'none', value: null },
    { name: 'below zero', value: -2.5 },
  ],
  notes: [HOSTILE],
}
const lines: PlaneChart = {
  type: 'line',
  x: 'day',
  y: undefined,
  isTime: true,
  series: ['models', HOSTILE].map((name, index) => ({
    name,
    points: [0, 1, 2, 3].map((day) => ({ x: day * 86_400_000, y: day === 1 ? null : day * (index + 1) })),
  })),
  notes: [],
}
const dots: PlaneChart = { ...lines, type: 'scatter', x: HOSTILE, y: HOSTILE, isTime: false }
const one = readChart({ columns: ['day', 'n'], rows: [['2026-01-01', 0]] }, { type: 'line' })

describe.each([
  ['bars', bars],
  ['lines', lines],
  ['dots', dots],
  ['a single point', one],
])('a chart of %s', (_, chart) => {
  test.each([20, 40, 80, 200])('fits into a terminal of %i columns', (width) => {
    const picture = drawInTerminal(chart, { width, hasColor: false })
    const tooLong = picture.split('\n').filter((line) => textWidth(line) > Math.max(width, 24))
    expect(tooLong).toEqual([])
  })

  test('obeys no control sequence of a name', () => {
    const plain = drawInTerminal(chart, { width: 60, hasColor: false })
    expect(plain.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e\p{Cs}]/u)
    const colored = drawInTerminal(chart, { width: 60, hasColor: true }).replace(/\p{Cc}\[\d+m/gu, '')
    expect(colored.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e\p{Cs}]/u)
  })

  test.each(CHART_FILE_FORMATS)('is drawn as %s with its names as text', async (format) => {
    const draw = await loadChartFile(format)
    const contents = Buffer.from(draw(chart, `Title ${HOSTILE}`))
    if (format === 'png') return expect(contents.subarray(1, 4).toString()).toBe('PNG')
    const text = contents.toString().replaceAll('\n', ' ')
    expect(text).not.toMatch(/<script|[\p{Cc}\u202e]|\bNaN\b|undefined/u)
    // No address but the name of the format.
    expect(text.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import/)
  })
})

test('series without color differ by their signs', () => {
  const picture = drawInTerminal(
    { ...lines, series: lines.series.map((one, index) => ({ ...one, name: `s${index}` })) },
    { width: 60, hasColor: false },
  )
  const [legend = '', ...rest] = picture.split('\n')
  expect(legend).toBe('● s0   ▲ s1')
  expect(rest.join('')).toMatch(/●.*▲|▲.*●/)
})

test('a text shortened to pixels fits, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 20, max: 300 }), (text, width) => {
      expect(pixelsOf(fitPixels(text, width, 12), 12)).toBeLessThanOrEqual(width)
    }),
  )
})
