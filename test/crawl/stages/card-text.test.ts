import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeCard, withoutFrontMatter } from '../../../src/crawl/stages/card-text.ts'

test.each([
  ['front matter', '---\nlicense: mit\n---\n\n# Title\n', '# Title\n'],
  ['front matter with Windows line ends', '---\r\nlicense: mit\r\n---\r\n\r\n# Title', '# Title'],
  ['front matter after blank lines', '\n\n--- \na: 1\n--- \nText', 'Text'],
  ['only front matter', '---\na: 1\n---', ''],
  ['a rule further down', '# Title\n---\nText\n---\n', '# Title\n---\nText\n---\n'],
  ['front matter that never ends', '---\na: 1\nText', '---\na: 1\nText'],
  ['dashes that do not end it', '---\na: ---\n----\nb: 1\n---\nText', 'Text'],
  ['an indented text', '---\na: 1\n---\n    code', '    code'],
  ['nothing', '', ''],
])('A card with %s', (_, text, expected) => {
  expect(withoutFrontMatter(text)).toBe(expected)
})

test.each([
  ['UTF-8 with a byte order mark', Buffer.from('\ufeffé'), 'é'],
  ['little-endian UTF-16', Buffer.from('\ufeffé', 'utf16le'), 'é'],
  ['big-endian UTF-16', Buffer.from('\ufeffé', 'utf16le').swap16(), 'é'],
  ['Latin 1', Buffer.from('café', 'latin1'), 'caf\ufffd'],
  ['zeros', Buffer.from('a\0b'), 'ab'],
])('A card in %s is decoded', (_, bytes, expected) => {
  expect(decodeCard(bytes, false)).toBe(expected)
})

test('A character that was cut in the middle is dropped', () => {
  expect(decodeCard(Buffer.from('aé').subarray(0, 2), true)).toBe('a')
  expect(decodeCard(Buffer.from('aé').subarray(0, 2), false)).toBe('a\ufffd')
})

test('Any bytes become text in linear time', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isCut) => {
      const text = withoutFrontMatter(decodeCard(Buffer.from(bytes), isCut))
      expect(text.includes('\0')).toBe(false)
      expect(text.isWellFormed()).toBe(true)
    }),
  )
  for (const line of ['\n', ' ', '---\n', '---', '\r']) withoutFrontMatter(`---\n${line.repeat(1_000_000)}x`)
})
