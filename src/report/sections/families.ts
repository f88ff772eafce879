import { barTable } from '../../charts/html/bar-table.ts'
import { plainTable } from '../../charts/html/plain-table.ts'
import { formatNumber } from '../../util/format-number.ts'
import { type Asker, countOf, textOf } from '../asker.ts'
import { queriesOf, type Section } from '../section.ts'

const SHOWN = 15
const RELATIONS = ['finetunes', 'quantized', 'adapters', 'merges']

export async function familiesSection(ask: Asker): Promise<Section> {
  const [bases, families] = [await ask.named('bases'), await ask.named('families', { limit: '10' })]
  const [first] = bases.rows
  return {
    title: 'Families of models',
    finding:
      first === undefined
        ? 'No model names the one that it derives from.'
        : `${textOf(first, 'parent')} is the base of the most models: ${formatNumber(countOf(first, 'children'))}.`,
    figures:
      first === undefined
        ? []
        : [
            {
              title: 'Models that most others derive from',
              content: barTable({
                head: 'base',
                parts: [...RELATIONS, 'unspecified'],
                columns: ['models', ...RELATIONS],
                rows: bases.rows.slice(0, SHOWN).map((row) => {
                  const counts = RELATIONS.map((relation) => countOf(row, relation))
                  const rest = countOf(row, 'children') - counts.reduce((sum, count) => sum + count, 0)
                  return {
                    name: textOf(row, 'parent'),
                    bar: [...counts, Math.max(0, rest)],
                    cells: [countOf(row, 'children'), ...counts],
                  }
                }),
              }),
            },
            {
              title: 'Families with the most downloads',
              content: plainTable({
                columns: [
                  { name: 'base' },
                  { name: 'license' },
                  ...['models', 'authors', 'downloads'].map((name) => ({ name, isNumber: true })),
                ],
                rows: families.rows.map((row) => [
                  textOf(row, 'base'),
                  textOf(row, 'license'),
                  ...['members', 'authors', 'downloads'].map((column) => countOf(row, column)),
                ]),
              }),
            },
          ],
    notes: [
      'As declared in model cards (base_model). Only direct derivations count. The downloads of a family are those of its ' +
        'base and of these models.',
    ],
    queries: queriesOf(bases, families),
  }
}
