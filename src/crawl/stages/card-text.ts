/**
 * Decodes a README as UTF-8, or as UTF-16 if it has that byte order mark. Invalid bytes become U+FFFD, and a character cut in
 * the middle is dropped. NUL is removed rather than replaced: UTF-16 without a byte order mark has one beside each Latin
 * letter, and is readable without them.
 */
export function decodeCard(bytes: Buffer, isCut: boolean): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes, { stream: isCut }).replaceAll('\0', '')
}

function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
}

/** The text after the front matter, which is everything between two lines of three dashes at the start. */
export function withoutFrontMatter(text: string): string {
  const opening = /^\s*---[ \t]*\r?\n/.exec(text)
  if (opening === null) return text
  const closing = /^---[ \t]*\r?$/gm
  closing.lastIndex = opening[0].length
  const end = closing.exec(text)
  return end === null ? text : text.slice(end.index + end[0].length).replace(/^(?:[ \t]*\r?\n)+/, '')
}
