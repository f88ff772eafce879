/**
 * The log and other messages on stderr. One that nobody can read any more is no reason to stop: its pipe is closed, its disk
 * full or its terminal gone.
 */
export class LogOutput {
  linesLost = 0
  readonly #stream: NodeJS.WriteStream

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
    // Without a listener an error ends the process, also one of what draws on the stream by itself.
    stream.on('error', () => undefined)
  }

  get isTTY(): boolean {
    return this.#stream.isTTY
  }

  write(line: string): void {
    this.#stream.write(line, (error) => {
      if (error) this.linesLost++
    })
  }
}
