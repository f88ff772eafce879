import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { escapeForTerminal, escapeInJson, escapeLines } from '../../src/output/escape.ts'

describe('escapeForTerminal', () => {
  test.each([
    ['colors', '\x1b[31mred\x1b[0m', '\\u{1b}[31mred\\u{1b}[0m'],
    ['a title of the window', '\x1b]0;owned\x07', '\\u{1b}]0;owned\\u{7}'],
    ['eight-bit controls', '\x9b2J', '\\u{9b}2J'],
    ['line breaks and tabs', 'a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['backspaces', 'safe\b\b\b\bevil', 'safe\\u{8}\\u{8}\\u{8}\\u{8}evil'],
    ['NUL', 'a\0b', 'a\\u{0}b'],
    ['reversed text', 'gpj.\u202eexe', 'gpj.\\u{202e}exe'],
    ['isolates', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
    ['invisible spaces', 'open\u200bai', 'open\\u{200b}ai'],
    ['hidden tag characters', 'a\u{e0041}b', 'a\\u{e0041}b'],
    ['lone surrogates', 'a\ud800b', 'a\\u{d800}b'],
  ])('shows %s instead of obeying them', (_, text, expected) => {
    expect(escapeForTerminal(text)).toBe(expected)
  })

  test.each(['plain', 'naïve', '👩‍👩‍👧', 'می‌خواهم', 'مرحبا', '日本語', 'C:\\n'])('does not change %s', (text) => {
    expect(escapeForTerminal(text)).toBe(text)
  })

  test('removes every control, bidirectional control and lone surrogate from any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeForTerminal(text)).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Cs}]/u)
      }),
    )
  })
})

test('escapeLines keeps line breaks only', () => {
  expect(escapeLines('a\nb\x1b\r\n')).toBe('a\nb\\u{1b}\\r\n')
})

test('escapeInJson changes the spelling of a document and never its meaning', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const document = JSON.stringify(JSON.parse(json), null, 2)
      const escaped = escapeInJson(document)
      expect(JSON.parse(escaped)).toEqual(JSON.parse(document))
      expect(escaped.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Cs}]/u)
    }),
  )
  expect(escapeInJson('"\x9b\u{e0041}"')).toBe('"\\u009b\\udb40\\udc41"')
})
