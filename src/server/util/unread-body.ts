import type { FastifyReply, FastifyRequest } from 'fastify'

/** More than this is not read to its end only to be thrown away. */
const MAX_UNREAD_BYTES = 1024 * 1024

/** For a request that is refused before its body is read: where much may follow, the connection is closed after the answer. */
export function leaveBodyUnread({ headers }: FastifyRequest, reply: FastifyReply): void {
  const length = headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : Number.NaN
  if (!(length <= MAX_UNREAD_BYTES)) reply.header('connection', 'close')
}
