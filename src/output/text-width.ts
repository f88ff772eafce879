import { createRequire } from 'node:module'
import type stringWidth from 'string-width'

let widthOf: typeof stringWidth | undefined

/** Terminal columns of a line. The library takes 40 ms of processor time to load, and most tables are plain ASCII. */
export function textWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  widthOf ??= createRequire(import.meta.url)('string-width').default as typeof stringWidth
  return widthOf(text)
}
