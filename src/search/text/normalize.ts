import { foldedOf, HAS_FOLD } from './folds.ts'

/**
 * Text in the form in which words are compared: in lower case, without accents, vowel signs that readers leave out and
 * invisible characters, and with one form for letters and digits that have several (`ｅ`, `ﬁ`, `ø`, `ß`, `٣`, `أ`, `語`).
 * Marks of all other scripts stay, because they are letters of their own there.
 */
export function normalize(text: string): string {
  // Most of the Hub's text is plain ASCII, where only case matters.
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase()
  return text.toWellFormed().normalize('NFKD').replace(IGNORED, '').normalize('NFC').toLowerCase().replace(HAS_FOLD, foldedOf)
}

/** Applies to decomposed text. */
const IGNORED = new RegExp(
  `[${[
    String.raw`\u0300-\u036f`, // accents of Latin, Greek and Cyrillic
    String.raw`\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7`, // Hebrew points
    String.raw`\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed`, // Arabic vowels, hamza above and below, tatweel
    String.raw`\u0711\u0730-\u074a`, // Syriac vowels
    String.raw`\u093c`, // the nukta of Devanagari, which many writers omit
    String.raw`\u180b-\u180f\ufe00-\ufe0f`, // variation selectors
    String.raw`\u00ad\u200b-\u200d\u2060\ufeff`, // soft hyphen, joiners, breaks without a width
  ].join('')}]`,
  'g',
)
