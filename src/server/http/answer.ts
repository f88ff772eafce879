import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { renderCsv } from '../../output/csv.ts'
import { toJson } from '../../output/json.ts'
import { parquetChunks } from '../../output/parquet.ts'
import type { TableData } from '../../output/table-data.ts'

/** Formats of tables that are files. */
const MEDIA_TYPES = { csv: 'text/csv', parquet: 'application/vnd.apache.parquet' } as const
type FileFormat = keyof typeof MEDIA_TYPES
export const PARQUET_TYPE = MEDIA_TYPES.parquet

/** The file that a client wants instead of JSON: by `?format=`, or because it accepts that and not JSON. */
export function wantedFile({ headers, query }: Pick<FastifyRequest, 'headers' | 'query'>): FileFormat | undefined {
  const { format } = query as { format?: string }
  const formats = Object.keys(MEDIA_TYPES) as FileFormat[]
  if (format !== undefined) return formats.find((known) => known === format)
  const accepted = (headers.accept ?? '').toLowerCase()
  if (accepted.includes('application/json')) return undefined
  return formats.find((known) => accepted.includes(MEDIA_TYPES[known]))
}

/** Sends a table as a file of that name. Parquet is encoded as the client reads it. */
export function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  format: FileFormat,
  table: TableData,
  name: string,
): FastifyReply {
  reply.header('content-disposition', `attachment; filename="${name}.${format}"`)
  if (format === 'csv') {
    return sendTagged(request, reply.type(`${MEDIA_TYPES.csv}; charset=utf-8; header=present`), renderCsv(table))
  }
  reply.type(MEDIA_TYPES.parquet).header('vary', 'accept').header('cache-control', 'private, no-cache')
  return reply.send(Readable.from(parquetChunks(table)))
}

/** Sends JSON. `tookMs` differs each time, and is not part of what is compared. */
export function sendJson(request: FastifyRequest, reply: FastifyReply, answer: unknown): FastifyReply {
  reply.type('application/json; charset=utf-8')
  const isTimed = typeof answer === 'object' && answer !== null && 'tookMs' in answer
  return sendTagged(request, reply, toJson(answer), isTimed ? toJson({ ...answer, tookMs: 0 }) : undefined)
}

/** Sends a text with an ETag, or 304 to a client that has it. @param compared the part that determines the ETag */
export function sendTagged(request: FastifyRequest, reply: FastifyReply, text: string, compared = text): FastifyReply {
  const tag = `W/"${createHash('sha256').update(compared).digest('base64url').slice(0, 27)}"`
  reply.header('vary', 'accept').header('cache-control', 'private, no-cache')
  if (request.method === 'POST') return reply.send(text)
  reply.header('etag', tag)
  const known = (request.headers['if-none-match'] ?? '').split(',').map((value) => value.trim())
  return known.includes(tag) || known.includes('*') ? reply.code(304).send() : reply.send(text)
}

/** Objects as a table; columns in the order of their first appearance. Nested values are JSON. */
export function tableOf(rows: readonly object[], columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]): TableData {
  return { columns, rows: rows.map((row) => columns.map((column) => cellOf((row as Record<string, unknown>)[column]))) }
}

function cellOf(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value
}
