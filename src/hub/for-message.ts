const LONGEST_EXCERPT = 300

/** Makes text from a server safe for an error message: short, on one line, without control characters. */
export function forMessage(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return line.length <= LONGEST_EXCERPT ? line : `${line.slice(0, LONGEST_EXCERPT).toWellFormed()}…`
}
