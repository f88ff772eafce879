import type { SearchDocument } from '../../src/search/search-document.ts'
import { ndcg } from './measures.ts'
import { gradesOf, PHRASES } from './phrases.ts'
import type { Searcher } from './searcher.ts'

const FIRST = 10

/** Prints how good the first ten hits of each phrase are, worst first, and on average. */
export async function measurePhrases(searcher: Searcher, documents: readonly SearchDocument[]): Promise<void> {
  const measured = []
  for (const phrase of PHRASES) {
    const grades = gradesOf(phrase, documents)
    const hits = await searcher.find(phrase.phrase, phrase.kind, FIRST)
    const gain = ndcg(
      hits.map((hubId) => grades.get(hubId) ?? 0),
      [...grades.values()],
    )
    const right = [...grades.values()].filter((grade) => grade === 3).length
    measured.push({ ...phrase, gain, right, found: hits.length })
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  console.log('| phrases | nDCG@10 | nothing found |\n| --- | --- | --- |')
  for (const kind of ['model', 'dataset', 'space']) {
    const own = measured.filter((phrase) => phrase.kind === kind)
    const nothing = own.filter(({ found }) => found === 0).length
    console.log(`| ${own.length} for ${kind}s | ${mean(own.map(({ gain }) => gain)).toFixed(3)} | ${nothing} |`)
  }
  const nothing = measured.filter(({ found }) => found === 0).length
  console.log(`| all ${measured.length} | ${mean(measured.map(({ gain }) => gain)).toFixed(3)} | ${nothing} |`)
  const worst = measured.sort((left, right) => left.gain - right.gain).slice(0, FIRST)
  console.log(`worst: ${worst.map(({ phrase, kind, gain }) => `${phrase} (${kind}s, ${gain.toFixed(2)})`).join('; ')}`)
}
