/** The parts of Postgres's wire protocol (version 3) that the server handles itself. Others pass through unchanged. */

/** Idle, in a transaction, or in a failed transaction: the last byte of a ReadyForQuery message. */
export type TransactionStatus = 'I' | 'T' | 'E'

export const PROTOCOL_3_0 = 0x0003_0000

/** A message's type byte and its length, which counts itself. */
export const HEADER_BYTES = 5

export const TYPE = {
  query: 0x51,
  functionCall: 0x46,
  sync: 0x53,
  flush: 0x48,
  terminate: 0x58,
  copyDone: 0x63,
  copyFail: 0x66,
  copyInResponse: 0x47,
  parameterStatus: 0x53,
  readyForQuery: 0x5a,
} as const

export interface ServerError {
  /** ERROR leaves the connection usable, FATAL ends it. */
  severity: 'ERROR' | 'FATAL'
  /** SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
  code: string
  message: string
  hint?: string
}

export function message(type: string, ...parts: (string | Uint8Array)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)))
  const header = Buffer.alloc(HEADER_BYTES)
  header.write(type, 'latin1')
  header.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([header, body])
}

export function query(sql: string): Buffer {
  return message('Q', sql)
}

export function errorResponse({ severity, code, message: text, hint }: ServerError): Buffer {
  const fields = [`S${severity}`, `V${severity}`, `C${code}`, `M${text}`, ...(hint === undefined ? [] : [`H${hint}`])]
  return message('E', ...fields, '')
}

export function readyForQuery(status: TransactionStatus): Buffer {
  return message('Z', Buffer.from(status, 'latin1'))
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** Whether the last message of the batch is a Flush, which has no ReadyForQuery: the client will send more. */
export function endsInFlush(batch: Uint8Array): boolean {
  return batch.length >= HEADER_BYTES && batch.at(-HEADER_BYTES) === TYPE.flush && batch.at(-1) === 4
}

/** Reads the last byte of a ReadyForQuery message. */
export function transactionStatus(byte: number | undefined): TransactionStatus | undefined {
  const status = byte === undefined ? '' : String.fromCharCode(byte)
  return status === 'I' || status === 'T' || status === 'E' ? status : undefined
}
