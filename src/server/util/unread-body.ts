import type { FastifyReply, FastifyRequest } from 'fastify'

/** A longer body is not read just to be discarded. */
const MAX_UNREAD_BYTES = 1024 * 1024

/** Refuses to read the body of a rejected request: if it may be long, the connection is closed after the response. */
export function leaveBodyUnread({ headers }: FastifyRequest, reply: FastifyReply): void {
  const length = headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : Number.NaN
  if (!(length <= MAX_UNREAD_BYTES)) reply.header('connection', 'close')
}
