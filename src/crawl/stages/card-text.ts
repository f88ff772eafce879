/**
 * The bytes of a README as text. What is no UTF-8 becomes U+FFFD, a byte order mark decides for UTF-16, and the end of a
 * file that was cut loses what was cut in the middle of a character. NUL is removed and not replaced: UTF-16 without a byte
 * order mark has one beside each Latin letter, and stays readable without them.
 */
export function decodeCard(bytes: Buffer, isCut: boolean): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes, { stream: isCut }).replaceAll('\0', '')
}

function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
}

/** The text after the front matter: a first line of three dashes, and all up to the next such line. */
export function withoutFrontMatter(text: string): string {
  const opening = /^\s*---[ \t]*\r?\n/.exec(text)
  if (opening === null) return text
  const closing = /^---[ \t]*\r?$/gm
  closing.lastIndex = opening[0].length
  const end = closing.exec(text)
  return end === null ? text : text.slice(end.index + end[0].length).replace(/^(?:[ \t]*\r?\n)+/, '')
}
