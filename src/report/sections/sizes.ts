import { barTable } from '../../charts/html/bar-table.ts'
import { plainTable } from '../../charts/html/plain-table.ts'
import { type Asker, countOf, numberOrNull, type Row, textOf } from '../asker.ts'
import { queriesOf, type Section, shareText, sumOf } from '../section.ts'

/** Classes of parameters with their upper bounds. */
const MODEL_SIZES = `select case
    when parameters is null then '(unknown)'
    when parameters < 100000000 then 'under 100M'
    when parameters < 500000000 then '100M to 500M'
    when parameters < 1000000000 then '500M to 1B'
    when parameters < 3000000000 then '1B to 3B'
    when parameters < 8000000000 then '3B to 8B'
    when parameters < 15000000000 then '8B to 15B'
    when parameters < 40000000000 then '15B to 40B'
    when parameters < 100000000000 then '40B to 100B'
    else '100B and more' end as size,
  count(*) as models, sum(downloads) as downloads, min(parameters) as smallest
from models
group by 1
order by smallest nulls last`

const DATASET_SIZES = [
  'n<1K',
  '1K<n<10K',
  '10K<n<100K',
  '100K<n<1M',
  '1M<n<10M',
  '10M<n<100M',
  '100M<n<1B',
  '1B<n<10B',
  '10B<n<100B',
  '100B<n<1T',
  'n>1T',
]

export async function sizesSection(ask: Asker): Promise<Section> {
  const models = await ask.sql(MODEL_SIZES)
  const [datasets, largest] = [await ask.named('dataset-sizes'), await ask.named('largest-models')]
  const known = models.rows.filter((row) => row['smallest'] !== null)
  const small = known.filter((row) => countOf(row, 'smallest') < 1_000_000_000)
  return {
    title: 'Sizes',
    finding:
      known.length === 0
        ? 'No model has a known number of parameters.'
        : `${shareText(sumOf(small, 'models'), sumOf(known, 'models'))} of the models of known size have less than a billion ` +
          `parameters. The size of ${shareText(sumOf(known, 'models'), sumOf(models.rows, 'models'))} of all models is known.`,
    figures: [
      {
        title: 'Models by parameters',
        isHalf: true,
        content: sizeTable(known, 'size', 'models', 'parameters'),
      },
      {
        title: 'Datasets by rows',
        isHalf: true,
        content: sizeTable(
          datasets.rows.filter((row) => placeOf(row) >= 0).toSorted((left, right) => placeOf(left) - placeOf(right)),
          'size_category',
          'datasets',
          'rows, as declared',
        ),
      },
      {
        title: 'Models with the most parameters',
        content: plainTable({
          columns: [
            { name: 'model' },
            { name: 'task' },
            { name: 'license' },
            { name: 'parameters', isNumber: true },
            { name: 'downloads', isNumber: true },
          ],
          rows: largest.rows
            .slice(0, 10)
            .map((row) => [
              textOf(row, 'id'),
              textOf(row, 'task'),
              textOf(row, 'license'),
              numberOrNull(row, 'parameters'),
              numberOrNull(row, 'downloads'),
            ]),
        }),
      },
    ],
    notes: [
      'Repos of unknown size are left out of the pictures. Parameters come from safetensors and GGUF files, size classes of ' +
        'datasets from their cards.',
    ],
    queries: queriesOf(models, datasets, largest),
  }
}

function placeOf(row: Row): number {
  return DATASET_SIZES.indexOf(textOf(row, 'size_category'))
}

function sizeTable(rows: readonly Row[], name: string, count: string, head: string) {
  return barTable({
    head,
    columns: [count, 'downloads'],
    rows: rows.map((row) => ({
      name: sizeText(textOf(row, name)),
      bar: countOf(row, count),
      cells: [countOf(row, count), numberOrNull(row, 'downloads')],
    })),
  })
}

/** `1K<n<10K` as `1K to 10K`. */
function sizeText(size: string): string {
  return size
    .replace(/^n<(.*)/, 'under $1')
    .replace(/^n>(.*)/, '$1 and more')
    .replace(/^(.*)<n<(.*)/, '$1 to $2')
}
