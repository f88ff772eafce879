import { createRequire } from 'node:module'
import type stringWidth from 'string-width'

let widthOf: typeof stringWidth | undefined

/**
 * The columns that a text without line breaks takes on a terminal. The library is loaded for the first text that is not
 * plain ASCII: it prepares the segmentation of Unicode, which takes 40 ms of processor time, and most tables do without.
 */
export function textWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  widthOf ??= createRequire(import.meta.url)('string-width').default as typeof stringWidth
  return widthOf(text)
}
