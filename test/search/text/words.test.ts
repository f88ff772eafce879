import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinedName, sortedNameParts } from '../../../src/search/text/name-forms.ts'
import { nameWordsOf } from '../../../src/search/text/name-words.ts'
import { queryWordsOf, typedNameOf } from '../../../src/search/text/query-words.ts'
import { wordsOf } from '../../../src/search/text/words.ts'

describe('words of a text', () => {
  it.each([
    ['bert-base_uncased.v2/x', ['bert', 'base', 'uncased', 'v2', 'x']],
    ['ÜBER naïve ﬁle Ｑｗｅｎ', ['uber', 'naive', 'file', 'qwen']],
    ['日本語 model学習', ['日', '本', '语', 'model', '学', '习']],
    ['нейросеть العربية हिन्दी', ['неиросеть', 'العربيه', 'हिन्दी']],
    ['ภาษาไทย ดี', ['ภา', 'าษ', 'ษา', 'าไ', 'ไท', 'ทย', 'ดี']],
    ['C++17 c++ C#. x.net .NET', ['c', '17', 'c++', 'c#', 'x', 'net', '.net']],
    ['v2.5 3.10. 1.2.3-4 Übung 3.5b', ['v2.5', '3.10', '1.2.3', '4', 'ubung', '3.5b']],
    ['🤗 hub🦙', ['🤗', 'hub', '🦙']],
    ['-- "" !', []],
    ['Apache-2.0. v1.5, 3.5.1 and .5', ['apache', '2.0', 'v1.5', '3.5.1', 'and', '5']],
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
    expect(wordsOf('1.'.repeat(200_000))).toHaveLength(1)
    expect(nameWordsOf('1-'.repeat(100_000)).length).toBeGreaterThan(100_000)
    expect(wordsOf('e\u0301'.repeat(200_000))).toHaveLength(1)
    expect(nameWordsOf('aB1'.repeat(120_000)).length).toBeGreaterThan(120_000)
  })
})

describe('words of a name', () => {
  it.each([
    ['DistilBERT', ['distilbert', 'distil', 'bert']],
    ['GPTNeoX', ['gptneox', 'gpt', 'neo', 'x']],
    ['Qwen2.5-7B', ['qwen2.5', '7b', 'qwen', '2.5', '7', 'b', '2.5']],
    ['stable-diffusion-v1-5', ['stable', 'diffusion', 'v1', '5', '1.5']],
    ['v1.5', ['v1.5', '1.5']],
    ['2024-05-06', ['2024', '05', '06', '05.06']],
    ['gpt2', ['gpt2', 'gpt', '2']],
    ['t5', ['t5']],
  ])('of %j', (name, words) => {
    expect(nameWordsOf(name)).toEqual(words)
  })
})

describe('the forms of a name', () => {
  it.each([
    ['Qwen3-4B', 'qwen34b', '3 4 b qwen'],
    ['4b qwen3', '4bqwen3', '3 4 b qwen'],
    ['stable_diffusion-v1.5', 'stablediffusionv15', '1 5 diffusion stable v'],
    ['30B-A3B', '30ba3b', '3 30 a b b'],
    ['機械-2', '机械2', '2 机 械'],
    ['--', '', ''],
  ])('of %j', (name, joined, parts) => {
    expect({ joined: joinedName(name), parts: sortedNameParts(name) }).toEqual({ joined, parts })
  })
})

describe('words of a query', () => {
  it('are distinct, and the last is also a prefix', () => {
    expect(queryWordsOf('bert Base bert')).toEqual([
      { word: 'bert', isPrefix: true, joined: ['bertbase'] },
      { word: 'base', isPrefix: false, joined: ['bertbase'] },
    ])
  })

  it('are also joined with their neighbors, numbers with a dot', () => {
    expect(queryWordsOf('stable diffusion 3 5').map(({ joined }) => joined)).toEqual([
      ['stablediffusion'],
      ['stablediffusion', 'diffusion3'],
      ['diffusion3', '3.5'],
      ['3.5'],
    ])
  })

  it('are limited in number', () => {
    expect(queryWordsOf(Array.from({ length: 500 }, (_, index) => `w${index}`).join(' ')).length).toBe(10)
  })

  it('are the name of a repo as a whole', () => {
    expect(typedNameOf(' Google/BERT-2 ')).toEqual({ id: 'google/bert-2', joined: 'bert2', sortedParts: '2 bert' })
    expect(typedNameOf('Qwen 2.5 7b')).toEqual({ id: undefined, joined: 'qwen257b', sortedParts: '2 5 7 b qwen' })
    expect(typedNameOf('owner/name and more')).toMatchObject({ id: undefined, joined: 'ownernameandmore' })
    expect(typedNameOf('-')).toBeUndefined()
    expect(typedNameOf('a'.repeat(1_000))).toBeUndefined()
  })
})
