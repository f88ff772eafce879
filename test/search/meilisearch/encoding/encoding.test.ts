import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyOf } from '../../../../src/search/meilisearch/encoding/stored-document.ts'
import { codedValue, decodedValue, keptCodedValue } from '../../../../src/search/meilisearch/encoding/value.ts'
import { codedWord, codedWords } from '../../../../src/search/meilisearch/encoding/word.ts'
import { wordsOf } from '../../../../src/search/text/words.ts'

const anyText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))

describe('values in code', () => {
  it('stand for themselves where nothing can be done to them, and are told apart by case', () => {
    expect(codedValue('license:apache-2.0')).toBe('license:apache-2.0')
    expect(codedValue('MIT')).not.toBe(codedValue('mit'))
  })

  it('can be read back, sort as the values do, and are such that Meilisearch neither folds nor quotes them', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        expect(decodedValue(codedValue(one))).toBe(one)
        expect(codedValue(one) < codedValue(other)).toBe(one < other)
        expect(codedValue(one)).toMatch(/^[!(-?@a-z{|}~]*$/)
      }),
    )
  })

  it('are cut between codes where they are too long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 100, maxLength: 300 }), (value) => {
        const kept = keptCodedValue(value)
        expect(kept.length <= 460 && value.startsWith(decodedValue(kept))).toBe(true)
      }),
    )
  })
})

describe('words in code', () => {
  it('are told apart, and begin with each other as the words do', () => {
    const word = anyText.map((text) => wordsOf(text)[0] ?? 'x').filter((text) => text.length <= 40)
    fc.assert(
      fc.property(word, word, (one, other) => {
        expect(codedWord(one) === codedWord(other)).toBe(one === other)
        if (codedWord(one).startsWith(codedWord(other))) expect(one.startsWith(other)).toBe(true)
      }),
    )
  })

  it('are found by every beginning that a word has', () => {
    const word = anyText
      .chain((text) => fc.constantFrom('x', ...wordsOf(`12${text}`)))
      .filter((text) => text.length <= 40)
    fc.assert(
      fc.property(word, fc.nat(40), (whole, cut) => {
        const beginning = wordsOf([...whole].slice(0, 1 + cut).join(''))[0] ?? whole
        fc.pre(whole.startsWith(beginning))
        const codes = codedWords([whole]).split(' ')
        expect(codes.some((code) => code.startsWith(codedWord(beginning)))).toBe(true)
      }),
    )
  })

  it('have as many letters as the words where typos are forgiven', () => {
    for (const word of ['mistral', 'модель', 'μοντελο', 'straße'])
      expect([...codedWord(word)].length).toBe(word.length + 1)
  })
})

describe('keys of documents', () => {
  it('are what Meilisearch takes, whatever the hub id, and never the same for two', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        expect(keyOf(one)).toMatch(/^[A-Za-z0-9_-]{1,511}$/)
        expect(keyOf(one) === keyOf(other)).toBe(one === other)
      }),
    )
    expect(keyOf('621ffdc036468d709f17434d')).toBe('621ffdc036468d709f17434d')
    expect(keyOf('a'.repeat(10_000))).toMatch(/^_[0-9a-f]{64}$/)
  })
})
