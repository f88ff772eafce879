import { writeSync } from 'node:fs'
import { Socket } from 'node:net'

const READER_GONE = ['EPIPE', 'ECONNRESET']
const FULL = ['ENOSPC', 'EDQUOT']

/**
 * The results of a command on stdout. Losing them does not stop the command: work in progress is completed, and the exit code
 * says that the report is incomplete. A reader that closes a pipe early, such as `head`, has what it wanted.
 */
export class StandardOutput {
  /** Whether output was lost that a reader still wanted. */
  isIncomplete = false
  /** Reports the loss, once. */
  onLost: (reason: string) => void
  readonly #stream: typeof process.stdout

  constructor(stream: typeof process.stdout, onLost: (reason: string) => void) {
    this.#stream = stream
    this.onLost = onLost
    stream.on('error', (error) => this.#lose(error))
  }

  get isTTY(): boolean {
    return this.#stream.isTTY
  }

  get columns(): number {
    return this.#stream.columns
  }

  write(text: string | Uint8Array): void {
    if (this.#stream instanceof Socket) this.#stream.write(text)
    else this.#writeToFile(text)
  }

  /** Node's stream for files considers a text written even when the disk took only the beginning of it. */
  #writeToFile(text: string | Uint8Array): void {
    let rest: Uint8Array = Buffer.from(text)
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(this.#stream.fd, rest))
    } catch (error) {
      this.#lose(error as NodeJS.ErrnoException)
    }
  }

  #lose(error: NodeJS.ErrnoException): void {
    const isReaderGone = READER_GONE.includes(error.code ?? '') || (error.code === 'EIO' && this.isTTY)
    if (isReaderGone || this.isIncomplete) return
    this.isIncomplete = true
    const advice = FULL.includes(error.code ?? '') ? 'Free some space, or write it elsewhere.' : 'Write it elsewhere.'
    this.onLost(`Standard output could not be written (${error.message}), so it is incomplete. ${advice}`)
  }
}
