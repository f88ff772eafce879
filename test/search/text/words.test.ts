import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namedInFull, queryWordsOf } from '../../../src/search/text/query-words.ts'
import { nameWordsOf, wordsOf } from '../../../src/search/text/words.ts'

describe('words of a text', () => {
  it.each([
    ['bert-base_uncased.v2/x', ['bert', 'base', 'uncased', 'v2', 'x']],
    ['ÜBER naïve ﬁle Ｑｗｅｎ', ['uber', 'naive', 'file', 'qwen']],
    ['日本語 model学習', ['日', '本', '語', 'model', '学', '習']],
    ['нейросеть العربية हिन्दी', ['неиросеть', 'العربية', 'हिन्दी']],
    ['🤗 hub🦙', ['🤗', 'hub', '🦙']],
    ['-- "" !', []],
  ])('of %j', (text, words) => {
    expect(wordsOf(text)).toEqual(words)
  })

  it('are always valid Postgres text of bounded length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        for (const word of wordsOf(`${text}\0\ud800`)) {
          expect(word.isWellFormed() && !word.includes('\0') && word !== '' && word.length <= 64).toBe(true)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('take linear time even for hostile text', () => {
    // Quadratic time would exceed the timeout of a test.
    expect(wordsOf('a'.repeat(400_000))).toHaveLength(1)
    expect(wordsOf('e\u0301'.repeat(200_000))).toHaveLength(1)
    expect(nameWordsOf('aB1'.repeat(120_000)).length).toBeGreaterThan(120_000)
  })
})

describe('words of a name', () => {
  it.each([
    ['DistilBERT', ['distilbert', 'distil', 'bert']],
    ['GPTNeoX', ['gptneox', 'gpt', 'neo', 'x']],
    ['Qwen2.5-7B', ['qwen2', '5', '7b', 'qwen', '2', '5', '7', 'b']],
    ['gpt2', ['gpt2', 'gpt', '2']],
    ['t5', ['t5']],
  ])('of %j', (name, words) => {
    expect(nameWordsOf(name)).toEqual(words)
  })
})

describe('words of a query', () => {
  it('are distinct, and the last is also a prefix', () => {
    expect(queryWordsOf('bert Base bert')).toEqual([
      { word: 'bert', isPrefix: true },
      { word: 'base', isPrefix: false },
    ])
  })

  it('are limited in number', () => {
    expect(queryWordsOf(Array.from({ length: 500 }, (_, index) => `w${index}`).join(' ')).length).toBe(10)
  })

  it('name a repo in full if they contain no space', () => {
    expect(namedInFull(' Google/BERT ')).toEqual({ id: 'google/bert', name: 'bert' })
    expect(namedInFull('GPT2')).toEqual({ id: undefined, name: 'gpt2' })
    expect(namedInFull('two words')).toBeUndefined()
    expect(namedInFull('')).toBeUndefined()
  })
})
