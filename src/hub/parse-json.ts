/** Parses JSON with or without a byte order mark before it, which some servers and most editors on Windows put there. */
export function parseJson(text: string): unknown {
  return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
}
