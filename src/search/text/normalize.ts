/**
 * Text as words are compared: without case, without the accents of Latin, Greek and Cyrillic, and with one form for letters
 * that have several (`ｅ`, `ﬁ`). Marks of other scripts stay, where they are letters in their own right.
 */
export function folded(text: string): string {
  // Most of the Hub's text is plain ASCII, for which case is all there is to fold.
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase()
  return text.toWellFormed().normalize('NFKD').replace(ACCENTS, '').normalize('NFC').toLowerCase()
}

const ACCENTS = /[\u0300-\u036f]/g
