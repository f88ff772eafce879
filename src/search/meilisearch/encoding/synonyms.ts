import { wordsOf } from '../../text/words.ts'
import { codedWord } from './word.ts'

/**
 * What people call tasks and licenses for short, and the Hub's names for them. Only names that mean nothing else: a synonym
 * finds more, and what it finds must be meant.
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

/** A tag, task or license with a short name as one code, so that the short name finds it and not its words anywhere. */
export function wholeWordOf(label: string): string[] {
  return LONG_NAMES.has(label) ? [`${WHOLE}${wordsOf(label).join('')}`] : []
}

/** The synonyms as Meilisearch takes them. */
export function codedSynonyms(): Record<string, string[]> {
  return Object.fromEntries(Object.entries(SHORT_NAMES).map(([short, long]) => [codedWord(short), wholeWordOf(long)]))
}

const LONG_NAMES = new Set(Object.values(SHORT_NAMES))

/** Stands before whole names as the mark does before words: no word that anybody asks for begins so. */
const WHOLE = '__'
