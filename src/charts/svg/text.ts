import { textWidth } from '../../output/text-width.ts'

/** Shares of the font size, a little wider than in most sans-serif fonts, so that texts are shortened rather than cut off. */
const NARROW = /[iljtfrI.,:;|!'()[\] ]/
const WIDE = /[mwMW@%—…]/
const CAPITAL = /[A-Z&#_+=~<>?$]/

let graphemes: Intl.Segmenter | undefined

/** Pixels that a text takes, estimated: there is no browser to ask. */
export function pixelsOf(text: string, size: number): number {
  return graphemesOf(text).reduce((sum, grapheme) => sum + shareOf(grapheme) * size, 0)
}

/** Shortens a text to a width with an ellipsis, never inside a character as people see it. */
export function fitPixels(text: string, width: number, size: number): string {
  // Longer texts never fit, and need not be measured.
  const parts = graphemesOf(text.slice(0, 2_000))
  const room = width - shareOf('…') * size
  let [used, kept] = [0, 0]
  for (const part of parts) {
    used += shareOf(part) * size
    if (used <= room) kept++
    if (used > width) return `${parts.slice(0, kept).join('').trimEnd()}…`
  }
  return text
}

/** Wraps a text at spaces into at most `lines` lines; the last one is shortened. */
export function wrapPixels(text: string, width: number, size: number, lines: number): string[] {
  const wrapped: string[] = []
  const words = text.split(' ')
  while (words.length > 0 && wrapped.length < lines - 1) {
    let line = words.shift() ?? ''
    while (words[0] !== undefined && pixelsOf(`${line} ${words[0]}`, size) <= width) line += ` ${words.shift()}`
    wrapped.push(fitPixels(line, width, size))
  }
  return words.length === 0 ? wrapped : [...wrapped, fitPixels(words.join(' '), width, size)]
}

function graphemesOf(text: string): string[] {
  if (/^[\x20-\x7e]*$/.test(text)) return text.split('')
  graphemes ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  return [...graphemes.segment(text)].map(({ segment }) => segment)
}

function shareOf(grapheme: string): number {
  if (NARROW.test(grapheme)) return 0.34
  if (WIDE.test(grapheme)) return 0.92
  if (CAPITAL.test(grapheme)) return 0.72
  return textWidth(grapheme) > 1 ? 1.05 : 0.62
}
