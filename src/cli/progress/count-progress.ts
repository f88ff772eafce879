import { createLogUpdate } from 'log-update'
import { formatDuration } from '../../output/format.ts'
import { formatNumber } from '../../util/format-number.ts'
import type { CommandContext } from '../command.ts'

/** Interval of lines without a terminal. */
const PLAIN_LINE_MS = 5_000

/** Progress of long work: a line that is redrawn on a terminal, otherwise a line every few seconds. */
export class CountProgress implements Disposable {
  readonly #log: (text: string) => void
  readonly #what: string
  readonly #redraw: ReturnType<typeof createLogUpdate> | undefined
  readonly #startedMs = performance.now()
  #plainMs = performance.now()

  constructor({ isLive, log }: Pick<CommandContext, 'isLive' | 'log'>, what: string) {
    this.#log = log
    this.#what = what
    // A terminal of unknown size reports 0, and cannot be drawn on.
    this.#redraw = isLive && process.stderr.columns > 0 ? createLogUpdate(process.stderr) : undefined
  }

  show(count: number): void {
    const nowMs = performance.now()
    const seconds = (nowMs - this.#startedMs) / 1000
    const line = `${formatNumber(count)} ${this.#what} in ${formatDuration(seconds)}, ${formatNumber(Math.round(count / seconds))}/s`
    this.#redraw?.(line)
    if (this.#redraw !== undefined || nowMs - this.#plainMs < PLAIN_LINE_MS) return
    this.#plainMs = nowMs
    this.#log(line)
  }

  [Symbol.dispose](): void {
    this.#redraw?.clear()
  }
}
