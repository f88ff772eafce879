import { expect, test } from 'vitest'
import { chartFor } from '../../src/web/views/sql/chart-for.ts'

test('the page draws lines over months, without the gaps', () => {
  const rows = [
    ['2026-02', 3, null],
    ['2026-01', 2, 1],
  ]
  expect(chartFor({ columns: ['month', 'models', 'datasets'], rows })).toEqual({
    type: 'lines',
    label: 'models, datasets',
    series: [
      {
        name: 'models',
        points: [
          { day: '2026-01-01', value: 2 },
          { day: '2026-02-01', value: 3 },
        ],
      },
      { name: 'datasets', points: [{ day: '2026-01-01', value: 1 }] },
    ],
  })
})

test('the page draws bars by name, and nothing where no chart fits', () => {
  const columns = ['license', 'repos']
  const bars = [
    ['mit', 2],
    ['other', null],
  ]
  expect(chartFor({ columns, rows: bars })).toMatchObject({ type: 'bars', bars: [{ value: 2 }, { name: 'other', value: 0 }] })
  const texts = bars.map(([license]) => [license, 'none'])
  expect([chartFor({ columns, rows: texts }), chartFor({ columns, rows: bars.slice(1) })]).toEqual([undefined, undefined])
})
