import type { CatalogKind } from '../../hub/kinds.ts'
import type { Entry } from './meaning.ts'
import { ANY_REPO, means, phraseOf } from './meaning.ts'

/**
 * Words that say nothing about a repo: the stop words of Lucene's EnglishAnalyzer, and what people ask with. Left out are `no`,
 * `not`, which say much; `it`, which is Italian more often; and `all`, `one`, `open` and `free`, which are in names.
 */
const EMPTY = new Set(
  (
    'a an and are as at be but by for if in into is of on or such that the their then there these they this to was will with ' +
    'best good great top popular latest some any i my me we you your want need find search show give get looking ' +
    'which what can could how do does please from using used use that has have which ' +
    'parameters params huggingface repo repos repository'
  ).split(' '),
)

/** Words for kinds in the languages with most users of the Hub; in English they are the Hub's own. */
const KINDS: Readonly<Record<CatalogKind, string>> = {
  model:
    'model, models, modèle, modèles, modelo, modelos, Modell, Modelle, modello, modelli, модель, модели, 模型, モデル, 모델, نموذج',
  dataset:
    'dataset, datasets, corpus, corpora, data set, data sets, Datensatz, Datensätze, jeu de données, conjunto de datos, 数据集, 資料集, データセット, 데이터셋',
  space: 'space, spaces',
  collection: 'collection, collections',
}

export function* kindEntries(): Generator<Entry> {
  for (const [kind, phrases] of Object.entries(KINDS)) {
    // The user means this kind, but all other repos are found, too.
    const meaning = means('kind', kind)
    const others = { ...means(ANY_REPO, ''), place: 'word description' as const }
    for (const phrase of phrases.split(', ')) yield { phrase: phraseOf(phrase), meanings: [meaning, others] }
  }
}

export function isEmptyWord(word: string): boolean {
  return EMPTY.has(word)
}
