import { MessageBuffer } from './message-buffer.ts'
import { HEADER_BYTES, TYPE } from './wire.ts'

const COPY_FROM_STDIN = /^\s*copy\s[^;]*\sfrom\s+stdin\b/i
const LOOKED_AT_BYTES = 2_000

/**
 * COPY FROM STDIN is a dialogue: the server asks for data in the middle of the statement. The engine cannot wait there
 * (it takes the end of what it was given for the end of the connection), so the front asks instead, collects the data,
 * and gives the engine all in one piece.
 */
export function isCopyFromStdin(queryMessage: Uint8Array): boolean {
  const text = Buffer.from(queryMessage.buffer, queryMessage.byteOffset, queryMessage.byteLength)
  return COPY_FROM_STDIN.test(text.toString('utf8', HEADER_BYTES, HEADER_BYTES + LOOKED_AT_BYTES))
}

/** The engine's request for the data, which the client has had from the front already, is left out. */
export function withoutCopyInResponse(messages: Uint8Array): Uint8Array {
  const buffer = new MessageBuffer()
  buffer.append(messages)
  const kept: Buffer[] = []
  for (let next = buffer.next(); next !== undefined; next = buffer.next()) {
    if (next[0] !== TYPE.copyInResponse) kept.push(next)
  }
  return Buffer.concat(kept)
}
