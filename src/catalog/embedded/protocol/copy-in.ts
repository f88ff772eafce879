import { MessageBuffer } from './message-buffer.ts'
import { HEADER_BYTES, TYPE } from './wire.ts'

const COPY_FROM_STDIN = /^\s*copy\s[^;]*\sfrom\s+stdin\b/i
const SEARCHED_BYTES = 2_000

/**
 * In COPY FROM STDIN the server asks for data in the middle of the statement. PGlite cannot wait for it: the end of its input
 * is the end of its connection. So the wire server asks for the data, and passes it on with the statement.
 */
export function isCopyFromStdin(queryMessage: Uint8Array): boolean {
  const text = Buffer.from(queryMessage.buffer, queryMessage.byteOffset, queryMessage.byteLength)
  return COPY_FROM_STDIN.test(text.toString('utf8', HEADER_BYTES, HEADER_BYTES + SEARCHED_BYTES))
}

/** Filters out PGlite's request for the data, since the wire server has already sent one. */
export function withoutCopyInResponse(messages: Uint8Array): Uint8Array {
  const buffer = new MessageBuffer()
  buffer.append(messages)
  const kept: Buffer[] = []
  for (let next = buffer.next(); next !== undefined; next = buffer.next()) {
    if (next[0] !== TYPE.copyInResponse) kept.push(next)
  }
  return Buffer.concat(kept)
}
