import { escapeForTerminal } from './escape.ts'
import { textWidth } from './text-width.ts'

const LABEL_WIDTH = 12

/**
 * A label and a text beside it, safe for any content. On a terminal the text goes on below itself, broken at spaces, and
 * not below its label.
 *
 * @param width columns of the terminal; without it the text stays on one line
 */
export function labelled(label: string, text: string, width: number | undefined, labelWidth = LABEL_WIDTH): string {
  const lines = wrapped(escapeForTerminal(text), width === undefined ? Infinity : width - labelWidth)
  return lines.map((line, index) => (index === 0 ? label : '').padEnd(labelWidth) + line).join('\n')
}

/** A word that is longer than a line keeps its line for itself, and the terminal breaks it. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && textWidth(longer) > width) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}
