const BOLD = '\u001b[1m'
const NOT_BOLD = '\u001b[22m'

/** A text for a terminal with some ranges in bold. Ranges are in order; what lies after `length` is left as it is. */
export function highlighted(
  text: string,
  ranges: readonly (readonly [start: number, end: number])[],
  length = text.length,
): string {
  let shown = ''
  let at = 0
  for (const [start, end] of ranges) {
    if (start >= length) break
    const last = Math.min(end, length)
    shown += `${text.slice(at, start)}${BOLD}${text.slice(start, last)}${NOT_BOLD}`
    at = last
  }
  return shown + text.slice(at)
}
