import { REPO_KINDS } from '../../src/hub/kinds.ts'
import type { SearchDocument } from '../../src/search/search-document.ts'
import { DEPTH, summaryOf } from './measures.ts'
import type { Searcher } from './searcher.ts'
import { bareName, mostWanted, TYPINGS } from './typed-names.ts'

/** The number of repos of each kind whose names are typed. */
const NAMES = 300

/** Prints how well names are found, by kind of repo and by the way of typing. */
export async function measureNames(searcher: Searcher, documents: readonly SearchDocument[]): Promise<void> {
  const byId = new Map(documents.map((document) => [document.hubId, document]))
  console.log('| names of | typed | queries | MRR | in the first three | not found |\n| --- | --- | --- | --- | --- | --- |')
  for (const kind of REPO_KINDS) {
    for (const [typing, type] of Object.entries(TYPINGS)) {
      const ranks: (number | undefined)[] = []
      for (const wanted of mostWanted(documents, kind, NAMES)) {
        const words = type(bareName(wanted))
        if (words === undefined || words === '') continue
        const hits = await searcher.find(words, kind, DEPTH)
        const rank = hits.findIndex((hubId) => bareName(byId.get(hubId) ?? wanted) === bareName(wanted))
        ranks.push(rank === -1 ? undefined : rank + 1)
        if (process.env['DEBUG'] === typing && rank !== 0) {
          console.log(
            '   ',
            rank + 1,
            words,
            '|',
            wanted.id,
            '|',
            hits
              .slice(0, 3)
              .map((hubId) => byId.get(hubId)?.id)
              .join('  '),
          )
        }
      }
      const { queries, meanReciprocalRank, inFirst, missing } = summaryOf(ranks)
      console.log(`| ${kind}s | ${typing} | ${queries} | ${meanReciprocalRank.toFixed(3)} | ${percent(inFirst)} | ${missing} |`)
    }
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
