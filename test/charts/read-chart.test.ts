import { describe, expect, test } from 'vitest'
import { UnfitForChart } from '../../src/charts/chart.ts'
import type { ChartRequest } from '../../src/charts/choose-columns.ts'
import { timeOf } from '../../src/charts/columns.ts'
import { readChart } from '../../src/charts/read-chart.ts'

const licenses = {
  columns: ['kind', 'license', 'repos', 'downloads'],
  rows: [
    ['model', 'mit', 5, 7n],
    ['dataset', null, 3, null],
  ],
}
const growth = {
  columns: ['month', 'models', 'datasets'],
  rows: [
    ['2026-02', 3, 1],
    ['2026-01', 2, null],
  ],
}
const byTask = {
  columns: ['month', 'task', 'models'],
  rows: ['a', 'b'].flatMap((task) => ['2026-01', '2026-02'].map((month, index) => [month, task, index])),
}
const numbers = {
  columns: ['likes', 'downloads', 'day', 'kind'],
  rows: [
    [1, 10, '2026-01-01', 'model'],
    [2, 'NaN', '2026-01-02', 'model'],
    [3, 30, '2026-01-03', 'space'],
  ],
}

describe('a chart of a result', () => {
  test('has bars named by all texts before the first number', () => {
    expect(readChart(licenses)).toMatchObject({
      type: 'bar',
      x: 'kind, license',
      y: 'repos',
      bars: [
        { name: 'model · mit', value: 5 },
        { name: 'dataset · (null)', value: 3 },
      ],
    })
  })

  test('has a line per column of numbers over a column of times, ascending', () => {
    expect(readChart(growth)).toMatchObject({
      type: 'line',
      y: undefined,
      isTime: true,
      series: [
        { name: 'models', points: [{ y: 2 }, { y: 3 }] },
        { name: 'datasets', points: [{ y: null }, { y: 1 }] },
      ],
    })
  })

  test('draws a running total beside counts only if it is asked for', () => {
    const data = {
      columns: [...growth.columns, 'repos_until_then'],
      rows: growth.rows.map((row) => [...row, 100]),
    }
    expect(readChart(data)).toEqual(readChart(growth))
    expect(readChart(data, { y: ['repos_until_then'] })).toMatchObject({ y: 'repos_until_then' })
  })

  test('has a line per value of a text if times repeat', () => {
    expect(readChart(byTask)).toMatchObject({ type: 'line', y: 'models', series: [{ name: 'a' }, { name: 'b' }] })
  })

  test('has dots of the first two columns of numbers, without rows that lack one', () => {
    expect(readChart(numbers, { type: 'scatter' })).toMatchObject({
      x: 'likes',
      y: 'downloads',
      series: [
        {
          points: [
            { x: 1, y: 10 },
            { x: 3, y: 30 },
          ],
        },
      ],
      notes: [expect.stringContaining('1 row')],
    })
  })

  test.each<[string, ChartRequest, object]>([
    ['x of bars', { type: 'bar', x: 'LICENSE' }, { x: 'license', bars: [{ name: 'mit' }, { name: '(null)' }] }],
    ['y of bars', { y: ['downloads'] }, { y: 'downloads', bars: [{ value: 7 }, { value: null }] }],
    ['numbers as x of lines', { type: 'line', x: 'repos', y: ['downloads'] }, { isTime: false, x: 'repos', y: 'downloads' }],
    [
      'the series of dots',
      { type: 'scatter', series: 'kind' },
      { series: [{ name: 'model' }, { name: 'dataset' }].slice(0, 2) },
    ],
  ])('takes %s by name', (_, request, expected) => {
    expect(readChart(licenses, request)).toMatchObject(expected)
  })

  test.each<[string, { columns: string[]; rows: unknown[][] }, ChartRequest, string]>([
    ['no rows', { columns: ['a'], rows: [] }, {}, 'no rows'],
    ['no numbers', { columns: ['a', 'b'], rows: [['x', 'y']] }, {}, 'a (texts), b (texts)'],
    ['only numbers of one column', { columns: ['n'], rows: [[1]] }, {}, 'n (numbers)'],
    ['an unknown column', licenses, { x: 'licence' }, 'no column "licence". The result has kind (texts), license (texts)'],
    ['texts as y', licenses, { y: ['kind'] }, 'kind has no numbers'],
    ['texts as x of lines', licenses, { type: 'line', x: 'license' }, 'neither times nor numbers'],
    [
      'times that repeat without a text',
      {
        columns: ['day', 'n'],
        rows: [
          ['2026-01-01', 1],
          ['2026-01-01', 2],
        ],
      },
      {},
      '--series',
    ],
    ['only nulls', { columns: ['day', 'n'], rows: [['2026-01-01', null]] }, { type: 'line' }, 'n (only nulls)'],
    ['series of bars', licenses, { type: 'bar', series: 'kind' }, '--series'],
    ['two columns of bars', licenses, { type: 'bar', y: ['repos', 'downloads'] }, 'one column'],
  ])('is refused for %s', (_, data, request, message) => {
    const attempt = () => readChart(data, request)
    expect(attempt).toThrow(UnfitForChart)
    expect(attempt).toThrow(message)
  })

  test('of very many rows says what it leaves out, and keeps the peaks', () => {
    const rows = Array.from({ length: 100_000 }, (_, index) => [index, index === 54_321 ? 9_999 : index % 7, `n${index}`])
    const data = { columns: ['x', 'y', 'name'], rows }
    const line = readChart(data, { type: 'line' })
    expect(line).toMatchObject({ notes: [expect.stringContaining('100,000')] })
    const points = line.type === 'bar' ? [] : (line.series[0]?.points ?? [])
    expect(points.length).toBeLessThanOrEqual(1_000)
    expect(points).toContainEqual({ x: 54_321, y: 9_999 })
    const dots = readChart(data, { type: 'scatter' })
    expect(dots.type === 'bar' ? [] : dots.series[0]?.points).toContainEqual({ x: 54_321, y: 9_999 })
    expect(readChart(data, { type: 'bar' })).toMatchObject({ bars: { length: 40 }, notes: [expect.stringContaining('40')] })
  })

  test('of many series shows the largest six', () => {
    const rows = Array.from({ length: 60 }, (_, index) => [`2026-${index % 2 === 0 ? '01' : '02'}`, `s${index >> 1}`, index])
    const chart = readChart({ columns: ['month', 'task', 'models'], rows })
    expect(chart).toMatchObject({ series: { length: 6 }, notes: [expect.stringContaining('30')] })
  })
})

test.each([
  ['2026-02', '2026-02-01T00:00:00.000Z'],
  ['2026-02-03', '2026-02-03T00:00:00.000Z'],
  ['2026-02-03T04:05:06.789+00:00', '2026-02-03T04:05:06.789Z'],
  ['2026-02-03 04:05:06+00', '2026-02-03T04:05:06.000Z'],
  ['2026-02-03T04:05:06', '2026-02-03T04:05:06.000Z'],
])('the time %s is read', (text, expected) => {
  expect(new Date(timeOf(text) ?? 0).toISOString()).toBe(expected)
})

test.each(['2026', '2026-13', 'may', '2026-02-03 was a Tuesday', 2026])('%s is no time', (value) => {
  expect(timeOf(value)).toBeUndefined()
})
