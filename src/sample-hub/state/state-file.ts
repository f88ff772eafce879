import { readFile, rename, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { errorCode } from '../../util/error-code.ts'

/** Something whose content survives a restart. Its state is JSON: plain values, without undefined members. */
export interface StatePart {
  state: unknown
}

/** Increase it when the meaning of a state changes. */
const FORMAT = 1
/** Changes in quick succession are written once. */
const DELAY_MS = 200
/** Longest part of the time for writing, which blocks all requests while it makes the JSON of a large state. */
const WRITING_SHARE = 0.1

/**
 * Keeps the parts of a Hub in a file. It is written shortly after a change, and whole: a killed process loses the last moment
 * and never damages it.
 */
export class StateFile {
  readonly #path: string
  /** Identifies the Hub that the state continues: the same repos at the start. */
  readonly #base: unknown
  readonly #parts: Readonly<Record<string, StatePart>>
  #isDirty = false
  #isClosed = false
  #writing: Promise<void> | undefined
  #delayMs = DELAY_MS

  constructor(path: string, base: unknown, parts: Readonly<Record<string, StatePart>>) {
    this.#path = path
    this.#base = base
    this.#parts = parts
  }

  /**
   * Restores the parts, if the file exists.
   *
   * @throws Error that names the file when it is damaged or belongs to another Hub
   */
  async load(): Promise<void> {
    const saved = await this.#read()
    if (saved === undefined) return
    const { format, base, parts } = saved as { format?: unknown; base?: unknown; parts?: Record<string, unknown> }
    if (format !== FORMAT || typeof parts !== 'object') {
      throw new Error(`${this.#path} is no state of this sample Hub (format ${FORMAT}). Name another file, or delete it.`)
    }
    if (JSON.stringify(base) !== JSON.stringify(this.#base)) {
      throw new Error(
        `${this.#path} belongs to a sample Hub with other repos. Start it with the same repos, seed or data, or name another file.`,
      )
    }
    for (const [name, part] of Object.entries(this.#parts)) if (parts[name] !== undefined) part.state = parts[name]
  }

  /** Writes the state soon. */
  readonly changed = (): void => {
    this.#isDirty = true
    if (this.#isClosed) return
    this.#writing ??= this.#writeSoon()
  }

  /** Writes what has changed since. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#writing
    if (this.#isDirty) await this.#write()
  }

  async #writeSoon(): Promise<void> {
    await delay(this.#delayMs, undefined, { ref: false })
    const startMs = performance.now()
    const isWritten = await this.#write().then(
      () => true,
      // The next change tries again, and closing reports the reason.
      () => false,
    )
    this.#delayMs = Math.max(DELAY_MS, (performance.now() - startMs) / WRITING_SHARE)
    this.#writing = undefined
    if (!isWritten) this.#isDirty = true
    else if (this.#isDirty && !this.#isClosed) this.changed()
  }

  async #write(): Promise<void> {
    this.#isDirty = false
    const parts = Object.fromEntries(Object.entries(this.#parts).map(([name, part]) => [name, part.state]))
    await writeFile(`${this.#path}.new`, JSON.stringify({ format: FORMAT, base: this.#base, parts }))
    await rename(`${this.#path}.new`, this.#path)
  }

  async #read(): Promise<object | undefined> {
    try {
      const saved: unknown = JSON.parse(await readFile(this.#path, 'utf8'))
      return typeof saved === 'object' && saved !== null ? saved : {}
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') return undefined
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new Error(`Cannot read the state of the sample Hub from ${this.#path}: ${reason}`, { cause })
    }
  }
}
