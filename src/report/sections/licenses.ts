import { barTable } from '../../charts/html/bar-table.ts'
import { REPO_KINDS } from '../../hub/kinds.ts'
import { type Asker, countOf, textOf } from '../asker.ts'
import { kindName, queriesOf, type Section, shareText, sumOf, withOthers } from '../section.ts'

const SHOWN = 8

export async function licensesSection(ask: Asker): Promise<Section> {
  const licenses = await ask.named('licenses')
  const ofKind = (kind: string) => licenses.rows.filter((row) => row['kind'] === kind)
  const models = ofKind('model')
  const declared = models.filter((row) => row['license'] !== '(none)')
  const [first] = declared
  const shareOf = (repos: number) => shareText(repos, sumOf(models, 'repos'))
  return {
    title: 'Licenses',
    finding:
      first === undefined
        ? 'No model declares a license.'
        : `${shareOf(sumOf(declared, 'repos'))} of the models declare a license, most often ${textOf(first, 'license')} ` +
          `(${shareOf(countOf(first, 'repos'))} of all).`,
    figures: REPO_KINDS.filter((kind) => ofKind(kind).length > 0).map((kind) => {
      const total = sumOf(ofKind(kind), 'repos')
      const rows = withOthers(ofKind(kind), SHOWN, 'license', ['repos'])
      return {
        title: `Licenses of ${kindName(kind)}`,
        isHalf: true,
        content: barTable({
          head: 'license',
          columns: ['repos', 'share'],
          rows: rows.map((row) => ({
            name: textOf(row, 'license'),
            bar: countOf(row, 'repos'),
            cells: [countOf(row, 'repos'), shareText(countOf(row, 'repos'), total)],
          })),
        }),
      }
    }),
    notes: ['The first license that each repo declares, as its owner wrote it; (none) declares none.'],
    queries: queriesOf(licenses),
  }
}
