import { wordsOf } from '../../text/words.ts'
import { encodeWord } from './word.ts'

/**
 * Short names of tasks and licenses, and the Hub's names for them. Only short names without another meaning, so that a synonym
 * finds nothing that the user does not mean.
 */
export const SHORT_NAMES: Readonly<Record<string, string>> = {
  asr: 'automatic-speech-recognition',
  ner: 'token-classification',
  tts: 'text-to-speech',
  vqa: 'visual-question-answering',
  t2i: 'text-to-image',
  txt2img: 'text-to-image',
  img2img: 'image-to-image',
  t2v: 'text-to-video',
  i2v: 'image-to-video',
  ocr: 'image-to-text',
  vlm: 'image-text-to-text',
  apache2: 'apache-2.0',
  gplv3: 'gpl-3.0',
  agplv3: 'agpl-3.0',
  ccby: 'cc-by-4.0',
  cc0: 'cc0-1.0',
}

/** One code for a tag, task or license that has a short name, so that the short name does not find its separate words. */
export function wholeWordOf(label: string): string[] {
  return LONG_NAMES.has(label) ? [`${WHOLE}${wordsOf(label).join('')}`] : []
}

/** The synonyms for the index settings. */
export function encodedSynonyms(): Record<string, string[]> {
  return Object.fromEntries(Object.entries(SHORT_NAMES).map(([short, long]) => [encodeWord(short), wholeWordOf(long)]))
}

const LONG_NAMES = new Set(Object.values(SHORT_NAMES))

/** The prefix of whole names. No word of a query begins with it. */
const WHOLE = '__'
