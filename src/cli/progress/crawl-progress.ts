import { createLogUpdate } from 'log-update'
import type { PassKind, Stage } from '../../catalog/schema.ts'
import type { CrawlEvent } from '../../crawl/crawl-events.ts'
import type { StageCounts, StageEvent } from '../../crawl/stages/stage-events.ts'
import { escapeForTerminal } from '../output/escape.ts'
import { counted } from '../output/format.ts'
import { labelOf, passLine } from './pass-line.ts'
import { PassMeter } from './pass-meter.ts'
import { stageLine } from './stage-line.ts'

const REDRAW_MS = 100
/** Without a terminal, one line a pass this often. */
const PLAIN_LINE_MS = 5_000

export interface CrawlProgressOptions {
  /** A terminal that can redraw lines. */
  isLive: boolean
  log(text: string): void
  /** A line on the budget, such as `budget 312 of 500, resets in 2 m`. */
  budgetLine(): string
  /** A line on what waits to be indexed; empty when nothing does. */
  searchLine(): string
}

/** Shows a crawl on stderr: a bar a kind that redraws on a terminal, plain lines elsewhere. */
export class CrawlProgress {
  readonly #options: CrawlProgressOptions
  readonly #meters = new Map<PassKind, PassMeter>()
  readonly #stages = new Map<Stage, StageCounts>()
  readonly #lastPlainMs = new Map<PassKind | Stage, number>()
  #lastNote = ''
  readonly #redraw: ReturnType<typeof createLogUpdate> | undefined
  readonly #timer: NodeJS.Timeout | undefined

  constructor(options: CrawlProgressOptions) {
    this.#options = options
    if (!options.isLive) return
    this.#redraw = createLogUpdate(process.stderr)
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS)
  }

  handle(event: CrawlEvent | StageEvent): void {
    switch (event.type) {
      case 'pass-started':
        this.#meters.set(event.kind, new PassMeter(event, performance.now()))
        if (event.resumed) this.note(`${labelOf(event.kind)}: going on after ${counted(event.counts.pages, 'page')}.`)
        break
      case 'page':
        this.#meters.get(event.kind)?.page(event.counts, performance.now())
        for (const reason of event.rejected.slice(0, 3)) this.note(`${labelOf(event.kind)}: left out a row: ${reason}`)
        this.#plainLine(event.kind)
        break
      case 'pass-ended': {
        const { outcome } = event
        const meter = this.#meters.get(outcome.kind)
        if (meter !== undefined) meter.outcome = outcome
        if (meter !== undefined && !this.#options.isLive) this.#options.log(passLine(meter))
        if (outcome.note !== null) this.note(`${labelOf(outcome.kind)}: ${outcome.note}`)
        break
      }
      case 'stage-progress':
        this.#stages.set(event.stage, event.counts)
        this.#plainLine(event.stage)
        break
      case 'stage-ended':
        this.#endStage(event.outcome.note)
    }
  }

  /** Stages that run side by side mostly end for the same reason. */
  #endStage(note: string | null): void {
    if (note === null || note === this.#lastNote) return
    this.#lastNote = note
    this.note(note)
  }

  /** A message that stays, above the bars. */
  note(text: string): void {
    const safe = escapeForTerminal(text)
    if (this.#redraw === undefined) this.#options.log(safe)
    else {
      this.#redraw.clear()
      this.#options.log(safe)
      this.#draw()
    }
  }

  /** Draws the last state and leaves it on the screen. */
  end(): void {
    clearInterval(this.#timer)
    this.#draw()
    this.#redraw?.done()
  }

  #draw(): void {
    if (this.#redraw === undefined) return
    const stages = [...this.#stages].map(([stage, counts]) => stageLine(stage, counts))
    const lines = [...[...this.#meters.values()].map(passLine), ...stages]
    const footer = [this.#options.budgetLine(), this.#options.searchLine()].filter((line) => line !== '')
    this.#redraw([...lines, ...footer].join('\n'))
  }

  #plainLine(name: PassKind | Stage): void {
    const line = this.#lineOf(name)
    if (this.#options.isLive || line === undefined) return
    const now = performance.now()
    if (now - (this.#lastPlainMs.get(name) ?? Number.NEGATIVE_INFINITY) < PLAIN_LINE_MS) return
    this.#lastPlainMs.set(name, now)
    this.#options.log([line, this.#options.budgetLine()].join('  ').trimEnd())
  }

  #lineOf(name: PassKind | Stage): string | undefined {
    const meter = this.#meters.get(name as PassKind)
    if (meter !== undefined) return passLine(meter)
    const counts = this.#stages.get(name as Stage)
    return counts === undefined ? undefined : stageLine(name as Stage, counts)
  }
}
