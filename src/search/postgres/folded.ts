/** Text as words are compared: without case, accents and the many forms of one letter (`É` and `ｅ` are `e`). */
export function folded(text: string): string {
  // Most of the Hub's text is plain ASCII, for which case is all there is to fold.
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase()
  return text
    .toWellFormed()
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
}
