/**
 * Characters that control a terminal, or that are invisible and so make two texts look alike: controls (C0, DEL, C1),
 * bidirectional controls, line and paragraph separators, invisible spaces and operators, interlinear and tag characters, lone
 * surrogates. The joiners U+200C and U+200D stay, because emoji and several scripts need them.
 */
const UNSAFE = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu

const SHORT_ESCAPES = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

/** Makes any text safe to print, as a single line: terminal controls become escapes such as `\n` or `\u{1b}`. */
export function escapeForTerminal(text: string): string {
  return text.replace(UNSAFE, escapeCharacter)
}

/** Like {@link escapeForTerminal}, but keeps line breaks, for text of several lines such as CSV. */
export function escapeLines(text: string): string {
  return text.replace(UNSAFE, (character) => (character === '\n' ? character : escapeCharacter(character)))
}

/**
 * Makes a JSON document safe to print without changing its meaning: writes the same characters as JSON escapes. They can occur
 * only inside strings, except for the line breaks between tokens.
 */
export function escapeInJson(json: string): string {
  return json.replace(UNSAFE, (character) => (character === '\n' ? character : jsonEscape(character)))
}

function escapeCharacter(character: string): string {
  return SHORT_ESCAPES.get(character) ?? `\\u{${character.codePointAt(0)?.toString(16)}}`
}

/** Per UTF-16 code unit, as JSON requires. */
function jsonEscape(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
