import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { renderCsv } from '../../output/csv.ts'
import { toJson } from '../../output/json.ts'
import type { TableData } from '../../output/table-data.ts'

/** Whether a client wants CSV: by `?format=csv`, or because it accepts CSV and not JSON. */
export function wantsCsv({ headers, query }: Pick<FastifyRequest, 'headers' | 'query'>): boolean {
  const { format } = query as { format?: string }
  if (format !== undefined) return format === 'csv'
  const accepted = (headers.accept ?? '').toLowerCase()
  return accepted.includes('text/csv') && !accepted.includes('application/json')
}

/** Sends CSV as a file of that name. */
export function sendCsv(request: FastifyRequest, reply: FastifyReply, table: TableData, name: string): FastifyReply {
  reply.type('text/csv; charset=utf-8; header=present')
  reply.header('content-disposition', `attachment; filename="${name}.csv"`)
  return sendTagged(request, reply, renderCsv(table))
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
