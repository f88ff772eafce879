/**
 * Characters that a terminal obeys rather than shows, or that show nothing and so make two texts look alike: controls (C0,
 * DEL, C1), bidirectional controls, line and paragraph separators, invisible spaces and operators, interlinear and tag
 * characters, lone surrogates. The joiners U+200C and U+200D stay, for emoji and several scripts are written with them.
 */
const UNSAFE =
  /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu

const SHORT_ESCAPES = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

/**
 * Makes text from anywhere safe to print: what a terminal would obey appears as an escape such as `\n` or `\u{1b}`.
 * The result is a single line.
 */
export function escapeForTerminal(text: string): string {
  return text.replace(UNSAFE, escapeCharacter)
}

/** As {@link escapeForTerminal}, but keeps the line breaks of a text that has lines of its own, such as a CSV document. */
export function escapeLines(text: string): string {
  return text.replace(UNSAFE, (character) => (character === '\n' ? character : escapeCharacter(character)))
}

/**
 * Writes the same characters of a JSON document as JSON escapes: the document stays the same and is safe to print. They
 * can stand only inside strings there, for JSON allows no other place to any of them but the line breaks between tokens.
 */
export function escapeInJson(json: string): string {
  return json.replace(UNSAFE, (character) => (character === '\n' ? character : jsonEscape(character)))
}

function escapeCharacter(character: string): string {
  return SHORT_ESCAPES.get(character) ?? `\\u{${character.codePointAt(0)?.toString(16)}}`
}

/** By UTF-16 code unit, as JSON has it. */
function jsonEscape(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
