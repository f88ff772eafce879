import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyOf } from '../../../../src/search/meilisearch/encoding/stored-document.ts'
import { decodeValue, encodeTruncated, encodeValue } from '../../../../src/search/meilisearch/encoding/value.ts'
import { encodeWord, encodeWords } from '../../../../src/search/meilisearch/encoding/word.ts'
import { wordsOf } from '../../../../src/search/text/words.ts'

const anyText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))

describe('encoded values', () => {
  it('are unchanged if Meilisearch leaves them alone, and distinguish case', () => {
    expect(encodeValue('license:apache-2.0')).toBe('license:apache-2.0')
    expect(encodeValue('MIT')).not.toBe(encodeValue('mit'))
  })

  it('can be decoded, sort as the values do, and need neither normalizing nor quoting', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        expect(decodeValue(encodeValue(one))).toBe(one)
        expect(encodeValue(one) < encodeValue(other)).toBe(one < other)
        expect(encodeValue(one)).toMatch(/^[!(-?@a-z{|}~]*$/)
      }),
    )
  })

  it('are truncated between codes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 100, maxLength: 300 }), (value) => {
        const encoded = encodeTruncated(value)
        expect(encoded.length <= 460 && value.startsWith(decodeValue(encoded))).toBe(true)
      }),
    )
  })
})

describe('encoded words', () => {
  it('are distinct, and have each other as prefixes only if the words do', () => {
    const word = anyText.map((text) => wordsOf(text)[0] ?? 'x').filter((text) => text.length <= 40)
    fc.assert(
      fc.property(word, word, (one, other) => {
        expect(encodeWord(one) === encodeWord(other)).toBe(one === other)
        if (encodeWord(one).startsWith(encodeWord(other))) expect(one.startsWith(other)).toBe(true)
      }),
    )
  })

  it('are found by every prefix of the word', () => {
    const word = anyText.chain((text) => fc.constantFrom('x', ...wordsOf(`12${text}`))).filter((text) => text.length <= 40)
    fc.assert(
      fc.property(word, fc.nat(40), (whole, cut) => {
        const beginning = wordsOf([...whole].slice(0, 1 + cut).join(''))[0] ?? whole
        fc.pre(whole.startsWith(beginning))
        const codes = encodeWords([whole]).split(' ')
        expect(codes.some((code) => code.startsWith(encodeWord(beginning)))).toBe(true)
      }),
    )
  })

  it('are versions without a dot, and numbers like words of other scripts, which never match with a typo', () => {
    expect(encodeWord('qwen2.5')).toMatch(/^_qwen2[^.]5$/)
    expect(encodeWord('2.5')).toMatch(/^[0-9]+$/)
    expect(
      encodeWords(['2.5'])
        .split(' ')
        .some((code) => code.startsWith(encodeWord('2'))),
    ).toBe(true)
  })

  it('have one letter more than the words that may have a typo', () => {
    for (const word of ['mistral', 'модель', 'μοντελο', 'straße']) expect([...encodeWord(word)].length).toBe(word.length + 1)
  })
})

describe('document keys', () => {
  it('are valid in Meilisearch for any hub id, and unique', () => {
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
