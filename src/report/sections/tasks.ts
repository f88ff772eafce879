import { barTable } from '../../charts/html/bar-table.ts'
import { type Answer, type Asker, countOf, numberOrNull, textOf } from '../asker.ts'
import { queriesOf, type Section, shareText, sumOf, withOthers } from '../section.ts'

const SHOWN = 14

export async function tasksSection(ask: Asker): Promise<Section> {
  const [tasks, libraries] = [await ask.named('tasks'), await ask.named('libraries')]
  return {
    title: 'Tasks and libraries',
    finding: `${mostOf(tasks, 'task', 'The most frequent task')} ${mostOf(libraries, 'library', 'The most frequent library')}`,
    figures: [
      { title: 'Models by task', isHalf: true, content: countTable(tasks, 'task') },
      { title: 'Models by library', isHalf: true, content: countTable(libraries, 'library') },
    ],
    notes: ['Downloads are those of the last 30 days. (none) declares none.'],
    queries: queriesOf(tasks, libraries),
  }
}

function mostOf({ rows }: Answer, column: string, what: string): string {
  const first = rows.find((row) => row[column] !== '(none)')
  if (first === undefined) return `${what} is unknown.`
  const share = shareText(countOf(first, 'models'), sumOf(rows, 'models'))
  return `${what} is ${textOf(first, column)}, with ${share} of the models.`
}

function countTable({ rows }: Answer, column: string) {
  return barTable({
    head: column,
    columns: ['models', 'downloads'],
    rows: withOthers(rows, SHOWN, column, ['models', 'downloads']).map((row) => ({
      name: textOf(row, column),
      bar: countOf(row, 'models'),
      cells: [countOf(row, 'models'), numberOrNull(row, 'downloads')],
    })),
  })
}
