import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { brotliDecompress, constants, gunzip } from 'node:zlib'
import { TransportError } from './transport-error.ts'

interface Unpacker {
  unpack: (packed: Buffer, options: { maxOutputLength: number; finishFlush?: number }) => Promise<Buffer>
  /** Makes `unpack` return as much as possible of a body that is cut short. */
  finishFlush: number
}

const unpackers = new Map<string, Unpacker>([
  ['gzip', { unpack: promisify(gunzip), finishFlush: constants.Z_SYNC_FLUSH }],
  ['br', { unpack: promisify(brotliDecompress), finishFlush: constants.BROTLI_OPERATION_FLUSH }],
])

/** Above this size, an answer may unpack to this many times its compressed size: listings reach 20 in gzip, 65 in brotli. */
const LARGE_BYTES = 16 * 1024 * 1024
const MAX_RATIO = 200

/** Enough for every error message of a Hub. */
const ERROR_BYTES = 64 * 1024

export const ASK_FOR_LESS = 'Lower HUBDEX_PAGE_SIZE for smaller pages, or raise HUBDEX_MAX_RESPONSE_MB.'

export interface ReadBody {
  /** Unpacked, if the encoding is a known one. */
  body: Buffer
  /** Size on the wire. */
  wireBytes: number
}

/**
 * Reads a whole body.
 *
 * @throws TransportError when it is too large; an error of zlib when it is damaged
 */
export async function wholeBody(source: Readable, encoding: string | undefined, maxBytes: number): Promise<ReadBody> {
  const packed = await beginningOf(source, maxBytes + 1)
  if (packed.length > maxBytes) throw tooLarge(`the answer is larger than ${maxBytes} bytes. ${ASK_FOR_LESS}`)
  const unpacker = unpackerOf(encoding)
  if (unpacker === undefined || packed.length === 0) return { body: packed, wireBytes: packed.length }
  const maxOutputLength = Math.min(maxBytes, Math.max(LARGE_BYTES, packed.length * MAX_RATIO))
  try {
    return { body: await unpacker.unpack(packed, { maxOutputLength }), wireBytes: packed.length }
  } catch (error) {
    if (!isOverflow(error)) throw error
    const times = maxOutputLength < maxBytes ? ` for the ${packed.length} that came` : ''
    throw tooLarge(`the answer is larger than ${maxOutputLength} bytes once unpacked${times}. ${ASK_FOR_LESS}`, error)
  }
}

/** Reads as much of an error's body as a message needs. Empty when it cannot be unpacked, since the status says enough. */
export async function errorBody(source: Readable, encoding: string | undefined): Promise<ReadBody> {
  const packed = await beginningOf(source, ERROR_BYTES)
  const wireBytes = packed.length
  const unpacker = unpackerOf(encoding)
  if (unpacker === undefined) return { body: packed, wireBytes }
  const { unpack, finishFlush } = unpacker
  const body = await unpack(packed, { maxOutputLength: ERROR_BYTES, finishFlush }).catch(() => Buffer.alloc(0))
  return { body, wireBytes }
}

/** Reads up to `maxBytes`. Stopping early closes the connection, which costs less than the rest of a large body. */
export async function beginningOf(source: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  // Events rather than an iterator, which costs a third of the whole request for a small answer.
  await new Promise<void>((resolve, reject) => {
    source.on('error', reject)
    source.on('end', resolve)
    source.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      length += chunk.length
      if (length < maxBytes) return
      resolve()
      source.destroy()
    })
  })
  return Buffer.concat(chunks).subarray(0, maxBytes)
}

/** Whether a body with this encoding is read correctly. */
export function isUnpacked(encoding: string): boolean {
  return unpackerOf(encoding) !== undefined || encoding.toLowerCase() === 'identity'
}

/** Supports one encoding only: a body that is packed twice stays as it came. */
function unpackerOf(encoding = 'identity'): Unpacker | undefined {
  return unpackers.get(encoding.toLowerCase().replace(/^x-/, ''))
}

function isOverflow(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
}

function tooLarge(message: string, cause?: unknown): TransportError {
  return new TransportError(message, { isPassing: false, isTooLarge: true, cause })
}
