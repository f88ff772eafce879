import { PROTOCOL_3_0 } from './wire.ts'

const CANCEL = 80877102
const TLS = 80877103
const GSS_ENCRYPTION = 80877104

/** The first message of a connection. */
export type StartupRequest =
  | { type: 'start'; protocol: number }
  /** Cancels the query of another connection, which received both numbers when it started. */
  | { type: 'cancel'; id: number; secret: number }
  /** Asks for encryption. After a refusal (one byte) the client continues without it. */
  | { type: 'encrypt' }
  | { type: 'unknown'; version: string }

export function parseStartupRequest(packet: Buffer): StartupRequest {
  const code = packet.readInt32BE(4)
  if (code === CANCEL) return { type: 'cancel', id: packet.readInt32BE(8), secret: packet.readInt32BE(12) }
  if (code === TLS || code === GSS_ENCRYPTION) return { type: 'encrypt' }
  if (code >> 16 === PROTOCOL_3_0 >> 16) return { type: 'start', protocol: code }
  return { type: 'unknown', version: `${code >> 16}.${code & 0xffff}` }
}
