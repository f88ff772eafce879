import { createLogUpdate } from 'log-update'
import type { PassKind, Stage } from '../../catalog/schema.ts'
import type { CrawlEvent } from '../../crawl/events.ts'
import type { StageCounts, StageEvent } from '../../crawl/stages/stage-events.ts'
import type { HubEvent } from '../../hub/events.ts'
import { escapeForTerminal } from '../../output/escape.ts'
import { shorten } from '../../output/fit.ts'
import { counted } from '../../output/format.ts'
import { hubEventLine } from '../../telemetry/lines/hub-event-line.ts'
import { labelOf, passLine, plainPassLine } from '../../telemetry/lines/pass-line.ts'
import { PassMeter } from '../../telemetry/lines/pass-meter.ts'
import { plainStageLine, stageLine } from '../../telemetry/lines/stage-line.ts'
import { EventDeduplicator } from './event-deduplicator.ts'

const REDRAW_MS = 100
/** Interval of each pass's lines without a terminal. */
const PLAIN_LINE_MS = 5_000

export interface CrawlProgressOptions {
  /** Where to redraw lines; undefined for plain lines. */
  terminal: NodeJS.WriteStream | undefined
  log(text: string): void
  /** The rest of the budget, such as `312 of 500 requests left`; empty if the Hub does not report it. */
  budget(): string
  /** What was indexed, or empty. */
  indexed(): string
}

/** Shows a crawl on stderr: one redrawn bar per kind on a terminal, otherwise plain lines. */
export class CrawlProgress {
  readonly #options: CrawlProgressOptions
  readonly #meters = new Map<PassKind, PassMeter>()
  readonly #stages = new Map<Stage, StageCounts>()
  readonly #lastPlainMs = new Map<PassKind | Stage, number>()
  readonly #deduplicator = new EventDeduplicator()
  readonly #endings = new Set<string>()
  readonly #redraw: ReturnType<typeof createLogUpdate> | undefined
  readonly #timer: NodeJS.Timeout | undefined

  constructor(options: CrawlProgressOptions) {
    this.#options = options
    const { terminal } = options
    // A terminal of unknown size reports 0, and cannot be drawn on.
    if (!terminal?.columns) return
    this.#redraw = createLogUpdate(terminal)
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS)
  }

  handle(event: CrawlEvent | StageEvent): void {
    switch (event.type) {
      case 'pass-started':
        this.#meters.set(event.kind, new PassMeter(event, performance.now()))
        if (event.resumed) this.note(`${labelOf(event.kind)}: resuming after ${counted(event.counts.pages, 'page')}.`)
        break
      case 'page':
        this.#meters.get(event.kind)?.page(event.counts, performance.now())
        for (const { reason } of event.rejected.slice(0, 3)) this.note(`${labelOf(event.kind)}: rejected a row: ${reason}`)
        this.#plainLine(event.kind)
        break
      case 'pass-ended': {
        const { outcome } = event
        const meter = this.#meters.get(outcome.kind)
        if (meter !== undefined) meter.outcome = outcome
        if (meter !== undefined && this.#redraw === undefined) this.#options.log(plainPassLine(meter))
        // An incomplete pass has its state in its line.
        this.#ended(outcome.note?.text ?? null, outcome.state === 'complete' ? labelOf(outcome.kind) : undefined)
        break
      }
      case 'stage-fetched': {
        const counts = this.#stages.get(event.stage) ?? { done: 0, absent: 0, failed: 0 }
        this.#stages.set(event.stage, { ...counts, [event.outcome]: counts[event.outcome] + 1 })
        this.#plainLine(event.stage)
        break
      }
      case 'stage-ended':
        this.#ended(event.outcome.note?.text ?? null, 'stages')
    }
  }

  /** Logs an event of the Hub client. */
  handleHub(event: HubEvent): void {
    const nowMs = Date.now()
    const line = hubEventLine(event, nowMs)
    if (line !== undefined && this.#deduplicator.isNew(event, nowMs)) this.note(line)
  }

  /** Logs a reason once, because parallel passes and stages mostly end for the same one. */
  #ended(note: string | null, label: string | undefined): void {
    if (note === null || this.#endings.has(note)) return
    this.#endings.add(note)
    this.note(label === undefined ? note : `${label}: ${note}`)
  }

  /** Logs a message that stays above the bars. */
  note(text: string): void {
    const safe = escapeForTerminal(text)
    if (this.#redraw === undefined) this.#options.log(safe)
    else {
      this.#redraw.clear()
      this.#options.log(safe)
      this.#draw()
    }
  }

  /** Leaves the last state on the screen, with an empty line below. */
  end(): void {
    clearInterval(this.#timer)
    if (this.#redraw === undefined) return
    this.#draw()
    this.#redraw.done()
    this.#options.log('')
  }

  #draw(): void {
    const { terminal, budget, indexed } = this.#options
    if (this.#redraw === undefined || terminal === undefined) return
    const { columns } = terminal
    const passes = [...this.#meters.values()].map((meter) => passLine(meter, columns))
    const stages = [...this.#stages].map(([stage, counts]) => stageLine(stage, counts))
    const footer = [footerLine('budget', budget()), footerLine('search', indexed())].filter((line) => line !== '')
    this.#redraw([...passes, ...stages, ...footer].map((line) => shorten(line, columns)).join('\n'))
  }

  #plainLine(name: PassKind | Stage): void {
    const line = this.#plainLineOf(name)
    if (this.#redraw !== undefined || line === undefined) return
    const now = performance.now()
    if (now - (this.#lastPlainMs.get(name) ?? Number.NEGATIVE_INFINITY) < PLAIN_LINE_MS) return
    this.#lastPlainMs.set(name, now)
    const budget = this.#options.budget()
    this.#options.log(budget === '' ? line : `${line} (${budget})`)
  }

  #plainLineOf(name: PassKind | Stage): string | undefined {
    const meter = this.#meters.get(name as PassKind)
    if (meter !== undefined) return plainPassLine(meter)
    const counts = this.#stages.get(name as Stage)
    return counts === undefined ? undefined : plainStageLine(name as Stage, counts)
  }
}

function footerLine(label: string, text: string): string {
  return text === '' ? '' : `${label.padEnd(11)}  ${text}`
}
