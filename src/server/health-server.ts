import type { FastifyInstance } from 'fastify'
import type { ServerEvent } from '../telemetry/events.ts'
import { createApp } from './create-app.ts'
import { type OperatorRoutesOptions, operatorRoutes } from './routes/operator-routes.ts'
import type { ServerAccess } from './security/host-check.ts'

/** The server of a process without a page: `/health` and `/metrics`. Not yet listening. */
export function createHealthServer(
  options: OperatorRoutesOptions & { emit(event: ServerEvent): void; access?: ServerAccess | undefined },
): FastifyInstance {
  const app = createApp(options.emit, options.access)
  app.get('/', () => ({ health: '/health', metrics: '/metrics' }))
  app.register(operatorRoutes, options)
  return app
}
