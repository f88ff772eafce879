import { barTable } from '../../charts/html/bar-table.ts'
import { type Asker, countOf, textOf } from '../asker.ts'
import { dayText, type Facts, queriesOf, type Section, shareText } from '../section.ts'

const SHOWN = 15

export async function authorsSection(ask: Asker, { firstSeen, downloads }: Facts): Promise<Section> {
  const [authors, rising] = [await ask.named('authors'), await ask.named('authors-rising')]
  const [first] = authors.rows
  return {
    title: 'Authors',
    finding:
      first === undefined
        ? 'No repo has a known owner.'
        : `${textOf(first, 'author')} has the most downloads: ${shareText(countOf(first, 'downloads'), downloads)} of all.`,
    figures: [
      {
        title: 'Downloads of the last 30 days',
        content: barTable({
          head: 'owner',
          columns: ['downloads', 'models', 'datasets', 'Spaces', 'likes'],
          rows: authors.rows.slice(0, SHOWN).map((row) => ({
            name: textOf(row, 'author'),
            bar: countOf(row, 'downloads'),
            cells: ['downloads', 'models', 'datasets', 'spaces', 'likes'].map((column) => countOf(row, column)),
          })),
        }),
      },
      ...(rising.rows.length === 0
        ? []
        : [
            {
              title: 'Downloads gained within the last 30 days of stored history',
              content: barTable({
                head: 'owner',
                columns: ['gained', 'before', 'now'],
                rows: rising.rows.slice(0, 10).map((row) => ({
                  name: textOf(row, 'author'),
                  bar: countOf(row, 'gained'),
                  cells: ['gained', 'downloads_before', 'downloads_now'].map((column) => countOf(row, column)),
                })),
              }),
            },
          ]),
    ],
    notes: [
      'The Hub does not count downloads of Spaces.',
      `Counters have been recorded since ${dayText(firstSeen)}.`,
      ...(rising.rows.length === 0 ? ['No owner has gained downloads within this history.'] : []),
    ],
    queries: queriesOf(authors, rising),
  }
}
