import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesOf } from '../../../src/search/matches/matches-of.ts'
import type { SearchDocument } from '../../../src/search/search-document.ts'
import { searchDocument } from '../search-document.ts'

const marked = (document: SearchDocument, words: string, readme?: string) =>
  matchesOf(document, words, readme).map(({ field, snippet, highlights }) => [field, markedText(snippet, highlights)])

function markedText(snippet: string, highlights: readonly (readonly [number, number])[]): string {
  return highlights
    .toReversed()
    .reduce((text, [start, end]) => `${text.slice(0, start)}[${text.slice(start, end)}]${text.slice(end)}`, snippet)
}

describe('the matches of a hit', () => {
  const whisper = searchDocument({
    id: 'openai/Whisper-large-v3',
    tags: ['speech', 'whisper', 'region:us'],
    task: ['automatic-speech-recognition'],
    language: ['fr'],
    description: 'Robust speech\nmodel.',
    parameters: 1_543_490_560,
  })

  it('are the texts that have a word, best place first, with the words in them', () => {
    expect(marked(whisper, 'whisper speech', 'Whisper is a model for speech.')).toEqual([
      ['name', '[Whisper]-large-v3'],
      ['tags', '[speech]'],
      ['tags', '[whisper]'],
      ['tags', 'automatic-[speech]-recognition'],
      ['description', 'Robust [speech] model.'],
      ['readme', '[Whisper] is a model for [speech].'],
    ])
    expect(matchesOf(whisper, 'openai whisper').map(({ field, words }) => [field, words])).toEqual([
      ['name', ['whisper']],
      ['author', ['openai']],
      ['tags', ['whisper']],
    ])
  })

  it('are the values that a phrase means', () => {
    expect(marked(whisper, 'asr french 1.5b')).toEqual([
      ['task', '[automatic-speech-recognition]'],
      ['language', '[fr]'],
      ['parameters', '[1543490560]'],
    ])
  })

  it('are beginnings for the last word only, and typos for words without an exact match', () => {
    expect(marked(whisper, 'whi lar')).toEqual([['name', 'Whisper-[lar]ge-v3']])
    expect(marked(whisper, 'wisper')).toEqual([
      ['name', '[Whisper]-large-v3'],
      ['tags', '[whisper]'],
    ])
    expect(marked(whisper, 'whispe x', 'whisperer')).toContainEqual(['name', '[Whisper]-large-v3'])
  })

  it.each([
    ['distilbert', 'a/DistilBERT_v2', '[DistilBERT]_v2'],
    ['distil', 'a/DistilBERT_v2', '[Distil]BERT_v2'],
    ['phi3', 'a/Phi-3-mini', '[Phi-3]-mini'],
    ['stable diffusion', 'a/StableDiffusion', '[StableDiffusion]'],
    ['stablediffusion', 'a/stable-diffusion-xl', '[stable-diffusion]-xl'],
    ['語', 'a/日本語', '日本[語]'],
    ['ubersetzung', 'a/Übersetzung', '[Übersetzung]'],
  ])('show %s in the name %s as %s', (words, id, name) => {
    expect(marked(searchDocument({ id }), words)).toEqual([['name', name]])
  })

  it('leave out words that say nothing, unless all do', () => {
    expect(marked(searchDocument({ id: 'a/the-bird' }), 'the bird')).toEqual([['name', 'the-[bird]']])
    expect(marked(searchDocument({ id: 'a/the-bird' }), 'the')).toEqual([['name', '[the]-bird']])
    expect(marked(whisper, '')).toEqual([])
  })

  it('show the part of a long text with most of the words, between ellipses', () => {
    const filler = 'lorem ipsum dolor sit amet '.repeat(40)
    const [match] = matchesOf(
      searchDocument({ id: 'a/b' }),
      'blue whale',
      `${filler}whale ${filler}a blue whale sings ${filler}`,
    )
    expect(match?.field).toBe('readme')
    const text = markedText(match?.snippet ?? '', match?.highlights ?? [])
    expect(text).toMatch(/^… .*a \[blue\] \[whale\] sings .* …$/)
    expect(text.length).toBeLessThanOrEqual(180)
  })

  it('have highlights within the snippet, in order and apart, for any text', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 400 })
    fc.assert(
      fc.property(text, text, text, (name, description, readme) => {
        const document = searchDocument({ id: `a/${name}`, description, tags: [description.slice(0, 20).toWellFormed()] })
        for (const { snippet, highlights } of matchesOf(
          document,
          `${name.slice(0, 9)} ${description.slice(5, 12)} a`,
          readme,
        )) {
          const bounds = highlights.flat()
          expect(bounds).toEqual(bounds.toSorted((left, right) => left - right))
          expect(new Set(bounds).size).toBe(bounds.length)
          expect(bounds.at(-1)).toBeLessThanOrEqual(snippet.length)
          expect(snippet.isWellFormed()).toBe(true)
        }
      }),
    )
  })
})
