import { HEADER_BYTES } from './wire.ts'

const INITIAL_BYTES = 16 * 1024
const MAX_IDLE_BYTES = 1024 * 1024

/** Splits a byte stream into protocol messages. Copies each byte twice, however large a message is and small the chunks. */
export class MessageBuffer {
  #bytes = Buffer.allocUnsafe(INITIAL_BYTES)
  /** Untaken bytes go from `#start` to `#end`, whole messages among them up to `#whole`. */
  #start = 0
  #whole = 0
  #end = 0

  /** Number of untaken bytes. */
  get lengthBytes(): number {
    return this.#end - this.#start
  }

  append(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#bytes.length) this.#makeRoom(chunk.length)
    this.#bytes.set(chunk, this.#end)
    this.#end += chunk.length
  }

  /**
   * Steps over the next message if it has arrived whole.
   *
   * @returns a view of the message, valid until the next call of any method
   * @throws RangeError if the length is invalid: the peer does not speak the protocol, or is out of step
   */
  next(): Buffer | undefined {
    return this.#step(1)
  }

  /** As `next`, for the startup message of a connection, which has no type byte. */
  nextUntyped(): Buffer | undefined {
    return this.#step(0)
  }

  #step(typeBytes: 0 | 1): Buffer | undefined {
    const from = this.#whole
    if (this.#end - from < typeBytes + 4) return undefined
    const length = this.#bytes.readInt32BE(from + typeBytes)
    if (length < 4) throw new RangeError(`A protocol message of ${length} bytes; the smallest is 4.`)
    const to = from + typeBytes + length
    if (this.#end < to) return undefined
    this.#whole = to
    return this.#bytes.subarray(from, to)
  }

  /** Takes all messages stepped over since the last call, in memory that may be transferred. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.#bytes.subarray(this.#start, this.#whole))
    this.#start = this.#whole
    if (this.#start === this.#end) this.#reset()
    return taken
  }

  #reset(): void {
    this.#start = this.#whole = this.#end = 0
    if (this.#bytes.length > MAX_IDLE_BYTES) this.#bytes = Buffer.allocUnsafe(INITIAL_BYTES)
  }

  #makeRoom(moreBytes: number): void {
    const used = this.lengthBytes
    const target =
      used + moreBytes > this.#bytes.length / 2 ? Buffer.allocUnsafe(Math.max(used + moreBytes, HEADER_BYTES) * 2) : this.#bytes
    this.#bytes.copy(target, 0, this.#start, this.#end)
    this.#bytes = target
    this.#whole -= this.#start
    this.#end = used
    this.#start = 0
  }
}
