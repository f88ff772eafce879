import { element, type Markup } from '../markup.ts'
import { cellText, scrolling } from './bar-table.ts'

/** Texts of at most this length, such as dates, stay on one line. */
const MAX_SHORT = 16

export interface PlainTable {
  columns: readonly { name: string; isNumber?: boolean }[]
  rows: readonly (readonly (number | bigint | string | null)[])[]
}

/** A table without bars. The first column names the row. */
export function plainTable({ columns, rows }: PlainTable): Markup {
  const classOf = (index: number) => {
    if (columns[index]?.isNumber === true) return 'number'
    return rows.every((row) => String(row[index]).length <= MAX_SHORT) ? 'short' : 'long'
  }
  const classes = columns.map((_, index) => classOf(index))
  return scrolling(
    columns.map(({ name }) => name).join(', '),
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element('tr', {}, ...columns.map(({ name }, index) => element('th', { scope: 'col', class: classes[index] }, name))),
      ),
      element(
        'tbody',
        {},
        ...rows.map((row) =>
          element(
            'tr',
            {},
            ...row.map((value, index) => {
              const text = element('bdi', {}, cellText(value))
              return index === 0
                ? element('th', { scope: 'row', class: classes[0] }, text)
                : element('td', { class: classes[index] }, text)
            }),
          ),
        ),
      ),
    ),
  )
}
