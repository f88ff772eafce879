import { escapeForTerminal } from './escape.ts'
import { textWidth } from './text-width.ts'

const LABEL_WIDTH = 12

/**
 * A label with text beside it, escaped for a terminal. Text that is too long is wrapped at spaces and continues in its own
 * column, not under the label.
 *
 * @param width columns of the terminal; without it the text stays on one line
 */
export function withLabel(label: string, text: string, width: number | undefined, labelWidth = LABEL_WIDTH): string {
  const lines = wrapped(escapeForTerminal(text), width === undefined ? Infinity : width - labelWidth)
  return lines.map((line, index) => (index === 0 ? label : '').padEnd(labelWidth) + line).join('\n')
}

/** A word that is longer than a line gets a line of its own, which the terminal wraps. */
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
