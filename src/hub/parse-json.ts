/** Parses JSON with or without a leading byte order mark, which some servers and most editors on Windows add. */
export function parseJson(text: string): unknown {
  return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
}
