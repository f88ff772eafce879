import facts from '../facts/languages.json' with { type: 'json' }
import { type Entry, type Meaning, means, meansBeginning, phraseOf, suggests } from './meaning.ts'

/** Names that the sources lack, by code, with where they are in use. */
const MORE_NAMES: Readonly<Record<string, readonly string[]>> = {
  ar: ['العربية'], // its own name with the article, as CLDR has it in other languages only
  bn: ['Bengali'], // the usual name in English; CLDR has Bangla
  es: ['Castellano', 'Castilian'],
  fa: ['Farsi'], // ISO 639-3 documentation, alternative name of pes
  fil: ['Tagalog', 'Pilipino'],
  ga: ['Gaelic', 'Gaeilge'],
  id: ['Bahasa Indonesia'],
  ms: ['Bahasa Melayu', 'Bahasa Malaysia'],
  my: ['Myanmar'],
  or: ['Oriya'], // the name in ISO 639-2 before 2011
  pa: ['Panjabi', 'Punjabi'],
  th: ['ภาษาไทย'],
  ug: ['Uighur', 'Uyghur'],
  zh: ['Mandarin', '汉语', '普通话', '华语'], // Unihan and CLDR call the written language 中文
  yue: ['广东话', '粤语'],
}

/** Languages by their names: in English, in the language itself, and in some twenty others. */
export function* languageEntries(): Generator<Entry> {
  const byCode = new Map<string, readonly Meaning[]>()
  for (const { codes, phrases } of facts.languages) {
    const [code = ''] = codes
    const meanings = [means('language', ...codes), meansBeginning('language', `${code}-`, `${code}_`)]
    byCode.set(code, meanings)
    for (const phrase of phrases) yield { phrase, meanings }
    for (const name of MORE_NAMES[code] ?? []) yield { phrase: phraseOf(name), meanings }
  }
  for (const { code, phrase } of facts.dialects) {
    const spelled = [code, code.toLowerCase(), code.replace('-', '_')]
    const base = byCode.get(code.split('-')[0] ?? '') ?? []
    const wider = base.map((meaning) => ({ ...meaning, place: suggests('language').place }))
    yield { phrase, meanings: [means('language', ...spelled), ...wider] }
  }
}
