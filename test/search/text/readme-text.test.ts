import { describe, expect, it } from 'vitest'
import { plainReadme, readmeWordsOf } from '../../../src/search/text/readme-text.ts'

describe('the text of a README', () => {
  it.each([
    [
      'headings and emphasis',
      '# Owls\n\n## Uses\n\nThey are **very** _quiet_ and `nocturnal`.',
      'Owls Uses They are very _quiet_ and nocturnal.',
    ],
    [
      'links and images',
      'See [the paper](https://x.org/a_(b).pdf) ![badge](https://img.org/b.svg) or https://x.org.',
      'See the paper or',
    ],
    ['an image in a link', '[![badge](https://img.org/b.svg)](https://x.org) text', 'text'],
    ['code blocks', 'before\n```python\nimport secret\n```\nbetween\n~~~\nmore\n```\n~~~\nafter', 'before between after'],
    ['an open code block', 'before\n```\nnever closed', 'before'],
    [
      'HTML',
      '<p align="center">Hello<br/>there</p><!-- hidden\ntext --><style>p { color: red }</style> a < b',
      'Hello there a < b',
    ],
    ['tables', '| name | score |\n|------|:-----:|\n| owl | 9 |', 'name score owl 9'],
    ['lists and quotes', '- one\n* two\n1. three\n> four', 'one two three four'],
    ['entities', 'a &amp; b&nbsp;c &lt;d&gt;', 'a & b c <d>'],
  ])('is read without markup: %s', (_, markdown, plain) => {
    expect(plainReadme(markdown)).toBe(plain)
  })

  it('is bounded, and so are its words, which are distinct and say something', () => {
    expect(plainReadme('word '.repeat(100_000)).length).toBeLessThanOrEqual(8_000)
    expect(readmeWordsOf(Array.from({ length: 5_000 }, (_, index) => `w${index}`).join(' ')).length).toBe(300)
    expect(readmeWordsOf('The owl and the OWL of the night')).toEqual(['owl', 'night'])
  })

  it.each(['![', '[', '<a', '<!--', '<style>', '```\n', '|', '&', '\n', '* ', '[x]: ', '[x]('])(
    'can be any text: many of %j',
    (text) => {
      expect(plainReadme(text.repeat(40_000)).length).toBeLessThanOrEqual(8_000)
    },
  )
})
