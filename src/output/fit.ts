import { textWidth } from './text-width.ts'

const ELLIPSIS = '…'
/** Created for the first text that is shortened, since it takes 20 ms of processor time. */
let graphemes: Intl.Segmenter | undefined

/** Pads or shortens a text to exactly `width` columns of a terminal. */
export function fitTo(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const shown = shorten(text, width)
  const padding = ' '.repeat(width - textWidth(shown))
  return align === 'left' ? shown + padding : padding + shown
}

/** Truncates text to `width` columns with an ellipsis, never inside a character as people see it. */
export function shorten(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let kept = ''
  let left = width - textWidth(ELLIPSIS)
  graphemes ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  for (const { segment } of graphemes.segment(text)) {
    left -= textWidth(segment)
    if (left < 0) break
    kept += segment
  }
  return kept + ELLIPSIS
}

/**
 * Lowers the widest of `widths` to one common width so that all fit into `available`, but none below `minimum`. If they do not
 * fit even then, the result is too wide and the terminal wraps it.
 */
export function shareWidth(widths: readonly number[], available: number, minimum: number): number[] {
  const capped = (cap: number) => widths.map((width) => Math.min(width, cap))
  let low = minimum
  let high = Math.max(minimum, ...widths)
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (sum(capped(middle)) <= available) low = middle
    else high = middle - 1
  }
  return capped(low)
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
