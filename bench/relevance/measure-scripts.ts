import type { SearchDocument } from '../../src/search/search-document.ts'
import { searchDocument } from '../../test/search/search-document.ts'
import { SCRIPTS } from '../../test/search/text/script-table.ts'
import { DEPTH } from './measures.ts'
import type { Searcher } from './searcher.ts'

const idOf = (script: string) => `script/${script}`

/** A document per script, with its text as description. */
export const SCRIPT_DOCUMENTS: readonly SearchDocument[] = SCRIPTS.map(({ script, text }) =>
  searchDocument({ id: idOf(script), description: text }),
)

/** Prints, by script, how many queries find the text that they should find, and how many find one that they should not. */
export async function measureScripts(searcher: Searcher): Promise<void> {
  const byId = new Map(SCRIPT_DOCUMENTS.map(({ id, hubId }) => [id, hubId]))
  const rows: { script: string; found: number; of: number; wrong: number; failed: string[] }[] = []
  for (const { script, found, notFound } of SCRIPTS) {
    const finds = async (words: string) => (await searcher.find(words, 'model', DEPTH)).includes(byId.get(idOf(script)) ?? '')
    const isFound = await Promise.all(found.map(finds))
    const isWrong = await Promise.all(notFound.map(finds))
    const failed = [...found.filter((_, index) => !isFound[index]), ...notFound.filter((_, index) => isWrong[index])]
    rows.push({
      script,
      found: isFound.filter(Boolean).length,
      of: found.length,
      wrong: isWrong.filter(Boolean).length,
      failed,
    })
  }
  console.log('| script | found | wrongly found | failed |\n| --- | --- | --- | --- |')
  for (const { script, found, of, wrong, failed } of rows) {
    console.log(`| ${script} | ${found} of ${of} | ${wrong} | ${failed.join(', ')} |`)
  }
  const sum = (column: 'found' | 'of' | 'wrong') => rows.reduce((total, row) => total + row[column], 0)
  const whole = rows.filter(({ failed }) => failed.length === 0).length
  console.log(`| ${whole} of ${rows.length} without a failure | ${sum('found')} of ${sum('of')} | ${sum('wrong')} | |`)
}
