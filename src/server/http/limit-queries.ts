import type { FastifyInstance } from 'fastify'
import { withQuerySignal } from '../../catalog/postgres/query-signal.ts'
import { HttpProblem } from './problem.ts'

/** How long the queries of a request may take altogether. SQL has limits of its own. */
const MAX_QUERIES_MS = 30_000

/** Stops the queries of requests whose clients have gone, or that take too long. */
export function limitQueries(app: FastifyInstance, maxMs = MAX_QUERIES_MS): void {
  // Not earlier: reading a body leaves the context that this starts.
  app.addHook('preHandler', (_request, reply, done) => {
    const controller = new AbortController()
    const timer = setTimeout(() => controller.abort(tookTooLong(maxMs)), maxMs)
    reply.raw.once('close', () => {
      clearTimeout(timer)
      // Nobody waits for a query that still runs.
      controller.abort(new Error('The connection of the client is closed.'))
    })
    withQuerySignal(controller.signal, done)
  })
}

function tookTooLong(ms: number): HttpProblem {
  return new HttpProblem(
    504,
    'took-too-long',
    `The answer took longer than ${ms / 1000} s and was stopped. Ask for less, or try again when the database is less busy.`,
  )
}
