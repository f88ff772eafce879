import { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'

/** Time for the answer beyond that of the work. */
const GRACE_MS = 120_000

/** Keeps a connection open on which nothing moves while a query runs. Calls from within the process have no socket. */
export function keepOpen({ raw: { socket } }: FastifyReply, workMs: number): void {
  if (socket instanceof Socket) socket.setTimeout(workMs + GRACE_MS)
}
