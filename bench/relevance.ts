import type { SearchDocument } from '../src/search/search-document.ts'
import { realDocuments } from '../test/support/catalog/real-documents.ts'
import { sharedData } from '../test/support/shared-data.ts'
import { ENGINES } from './relevance/engines.ts'
import { measureNames } from './relevance/measure-names.ts'
import { measurePhrases } from './relevance/measure-phrases.ts'
import { measureScripts, SCRIPT_DOCUMENTS } from './relevance/measure-scripts.ts'

/**
 * Measures whether searches find what people mean, over real metadata: `npm run bench -- relevance [engine]`. The engine is one
 * of those below, or several separated by commas.
 */
const asGiven = (text: string) => text
const [only] = process.argv.slice(2)
const folder = sharedData()
if (folder === undefined) console.log('not measured: there is no real metadata beside the checkout')
else await measureAll(realDocuments(folder, 1))

async function measureAll(documents: readonly SearchDocument[]): Promise<void> {
  const chosen = only?.split(',') ?? Object.keys(ENGINES)
  for (const name of chosen) {
    const engine = ENGINES[name]
    if (engine === undefined) throw new Error(`Unknown engine ${name}; expected ${Object.keys(ENGINES).join(', ')}.`)
    console.log(`\n## ${name}, ${documents.length} repos`)
    const isMeasured = await engine(documents, async (searcher) => {
      await measureNames(searcher, documents)
      await measurePhrases(searcher, documents)
    })
    if (isMeasured) await engine(SCRIPT_DOCUMENTS, measureScripts, asGiven)
    else console.log('not measured: this machine does not have it')
  }
}
