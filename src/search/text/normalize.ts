/**
 * Text in the form in which words are compared: in lower case, without the accents of Latin, Greek and Cyrillic, and with one
 * form for letters that have several (`ｅ`, `ﬁ`). Marks of other scripts stay, because they are letters of their own there.
 */
export function normalize(text: string): string {
  // Most of the Hub's text is plain ASCII, where only case matters.
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase()
  return text.toWellFormed().normalize('NFKD').replace(ACCENTS, '').normalize('NFC').toLowerCase()
}

const ACCENTS = /[\u0300-\u036f]/g
