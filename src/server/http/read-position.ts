import type { FastifyInstance } from 'fastify'
import type { LogPosition } from '../../catalog/postgres/replica.ts'
import { HttpProblem } from './problem.ts'

/** A replica as the server sees it. */
export interface Replica {
  position(): Promise<LogPosition>
  reach(position: LogPosition, timeoutMs: number): Promise<boolean>
}

export const POSITION = 'hubdex-position'
const MIN_POSITION = 'hubdex-min-position'
const LOG_POSITION = /^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/i
const MAX_WAIT_MS = 5_000

/**
 * Says with each answer how new it is, and answers a request with such a position from data that are at least as new. So a
 * client never sees older data than it has seen, although several replicas may answer it.
 */
export function addReadPositions(app: FastifyInstance, replica: Replica): void {
  app.addHook('onRequest', async (request) => {
    const wanted = request.headers[MIN_POSITION]
    if (wanted === undefined) return
    if (typeof wanted !== 'string' || !LOG_POSITION.test(wanted)) {
      throw new HttpProblem(400, 'invalid-request', `${MIN_POSITION} must be a position as in ${POSITION}, such as 0/16B3748.`)
    }
    if (await replica.reach(wanted, MAX_WAIT_MS)) return
    throw new HttpProblem(
      503,
      'replica-behind',
      `The replica has not reached ${wanted} within ${MAX_WAIT_MS / 1000} seconds. Try again later, or without ${MIN_POSITION}.`,
    )
  })
  // After the reads, so that the position covers whatever they have seen.
  app.addHook('onSend', async (_request, reply) => {
    if (reply.statusCode >= 500) return
    reply.header(POSITION, await replica.position())
  })
}
