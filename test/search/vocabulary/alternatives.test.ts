import { describe, expect, it } from 'vitest'
import { sizeWordsOf } from '../../../src/search/text/sizes.ts'
import { wordsOf } from '../../../src/search/text/words.ts'
import { alternativesOf, vocabulary } from '../../../src/search/vocabulary/alternatives.ts'
import { ANY_REPO } from '../../../src/search/vocabulary/meaning.ts'

/** The values that a text means, as `field=value`. */
function meaningsOf(text: string): string[] {
  const alternatives = alternativesOf(wordsOf(text)).filter(({ field }) => field !== ANY_REPO)
  return alternatives.flatMap(({ field, values }) => values.map((value) => `${field}=${value}`))
}

/** The words that a repo need not have. */
function optionalIn(text: string): string[] {
  return alternativesOf(wordsOf(text)).flatMap(({ field, words }) => (field === ANY_REPO ? words : []))
}

describe('a query means', () => {
  it.each([
    ...[
      'French',
      'français',
      'Französisch',
      'francés',
      'французский',
      '法语',
      '法文',
      'フランス語',
      '프랑스어',
      'الفرنسية',
      'फ़्रेंच',
      'ฝรั่งเศส',
    ].map((name) => [name, 'language=fr']),
    ...['中文', '汉语', 'Chinese', 'Mandarin', 'chinois'].map((name) => [name, 'language=zh']),
    ['Deutsch', 'language=ger'],
    ['Farsi', 'language=fa'],
    ['Tagalog', 'language=tl'],
    ['Bengali', 'language=ben'],
    ['brazilian portuguese', 'language=pt-br'],
    ['traditional chinese', 'language=zh-Hant'],
    ['Flemish', 'language=nl-BE'],
    ['tts', 'task=text-to-speech'],
    ['speech synthesis', 'task=text-to-speech'],
    ['image to image', 'task=image-to-image'],
    ['named entity recognition', 'task=token-classification'],
    ['sentiment analysis', 'task=text-classification'],
    ['embeddings', 'task=feature-extraction'],
    ['chat', 'tag=conversational'],
    ['scikit learn', 'library=sklearn'],
    ['pytorch image models', 'library=timm'],
    ['tensorflow', 'tag=tf'],
    ['4bit', 'tag=4-bit'],
    ['4-bit', 'tag=4bit'],
    ['iq2_xxs', 'tag=gguf'],
    ['Apache 2', 'license=apache-2.0'],
    ['GPLv3', 'license=gpl-3.0'],
    ['CC BY-NC-SA', 'license=cc-by-nc-sa-4'],
    ['public domain', 'license=cc0-1.0'],
    ['videos', 'modality=video'],
    ['Datensätze', 'kind=dataset'],
    ['english to german', 'word name=de'],
    ['German-English', 'word name=en'],
    ['small llm', 'parameters=<1B'],
    ['7b', 'word tags=7b'],
    ['1.5 billion', 'word tags=1.5b'],
    ['500 M', 'word tags=500m'],
    ['0.5b', 'word tags=500m'],
    ['1500m', 'word tags=1.5b'],
  ])('by %j also %j', (text, meaning) => {
    expect(meaningsOf(text)).toContain(meaning)
  })

  it.each(['xyzzy', '7', 'b', '0b', '12345b', '7bit', '', '-- !'])('by %j nothing else', (text) => {
    expect(meaningsOf(text)).toEqual([])
  })

  it('has phrases only of words that stand together', () => {
    expect(meaningsOf('speech text to')).not.toContain('task=text-to-speech')
    expect(meaningsOf('image to image')).toContain('task=image-to-image')
  })
})

describe('words without a meaning', () => {
  it.each([
    ['the best model for german', ['model', 'the', 'best', 'for']],
    ['text to speech', []],
    ['the text to speech', ['the']],
    ['the best', []],
    ['best datasets', ['best']],
    ['spanish datasets', ['datasets']],
  ])('in %j need not occur: %j', (text, words) => {
    expect(optionalIn(text)).toEqual(words)
  })
})

describe('the sizes by which a model is known', () => {
  it.each([
    [7_615_616_512, ['8b', '7b', '7.6b']],
    [8_030_261_248, ['8b']],
    [494_032_768, ['500m', '0.5b', '490m', '494m']],
    [134_515_008, ['130m', '135m', '134m']],
    [72_706_203_648, ['70b', '73b', '72b']],
    [999_999_999, ['1b', '900m', '0.9b', '990m', '999m']],
    [0, []],
    [null, []],
  ])('of %s parameters are %j', (parameters, words) => {
    expect(sizeWordsOf(parameters)).toEqual(words)
  })
})

describe('the vocabulary', () => {
  it('has no phrase that is a lone letter, digit or word without a meaning', () => {
    const short = [...vocabulary().meanings.keys()].filter(
      (phrase) =>
        /^[a-z0-9]$/.test(phrase) ||
        alternativesOf([phrase, 'x']).some(({ field, place }) => field === ANY_REPO && place === 'word author'),
    )
    expect(short).toEqual([])
  })
})
