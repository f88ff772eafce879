/** The log and other messages on stderr. Failing to write (closed pipe, full disk, lost terminal) does not stop the program. */
export class LogOutput {
  linesLost = 0
  readonly #stream: NodeJS.WriteStream

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
    // Without a listener an error would end the process, even one of a progress bar that writes to the stream directly.
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
