import { escapeForTerminal } from '../../output/escape.ts'
import { fitTo, shorten } from '../../output/fit.ts'
import { textWidth } from '../../output/text-width.ts'
import { formatNumber } from '../../util/format-number.ts'
import type { BarChart } from '../chart.ts'
import { extentOf } from '../thin.ts'

const GAP = '  '
const FULL = '█'
/** Eighths of a character, from one to seven. */
const PARTS = '▏▎▍▌▋▊▉'

/** One line per bar: its name, its value, and the bar in the rest of the width, to an eighth of a character. */
export function drawBars({ bars, x, y }: BarChart, width: number): string {
  const names = bars.map(({ name }) => escapeForTerminal(name))
  const values = bars.map(({ value }) => (value === null ? '–' : formatNumber(value)))
  const heads = [x, y].map(escapeForTerminal)
  const valuesWidth = Math.max(
    ...values.map((value) => value.length),
    Math.min(textWidth(heads[1] ?? ''), Math.floor(width / 4)),
  )
  const widestName = Math.max(...[...names, heads[0] ?? ''].map((name) => textWidth(name)))
  const namesWidth = Math.max(4, Math.min(widestName, Math.floor((width - valuesWidth) * 0.6)))
  const space = Math.max(4, width - namesWidth - valuesWidth - 2 * GAP.length)
  const bar = barIn(
    space,
    bars.map(({ value }) => value ?? 0),
  )
  const line = (name: string, value: string, drawn: string) =>
    [fitTo(name, namesWidth), fitTo(shorten(value, valuesWidth), valuesWidth, 'right'), drawn].join(GAP).trimEnd()
  return [
    line(heads[0] ?? '', heads[1] ?? '', ''),
    ...bars.map(({ value }, index) => line(names[index] ?? '', values[index] ?? '', value === null ? '' : bar(value))),
  ].join('\n')
}

/** Draws bars from a common zero into a number of characters; those of negative numbers go to its left. */
function barIn(space: number, values: readonly number[]): (value: number) => string {
  const [low, high] = extentOf([0, ...values])
  const perUnit = high === low ? 0 : space / (high - low)
  const zero = Math.round(-low * perUnit)
  return (value) => {
    const room = value < 0 ? zero : space - zero
    // The smallest bar is still seen.
    const length = value === 0 ? 0 : Math.min(8 * room, Math.max(1, Math.round(Math.abs(value) * perUnit * 8)))
    const characters = Math.ceil(length / 8)
    if (value < 0) return ' '.repeat(zero - characters) + FULL.repeat(characters)
    return ' '.repeat(zero) + FULL.repeat(Math.floor(length / 8)) + (PARTS[(length % 8) - 1] ?? '')
  }
}
