import type { FastifyInstance } from 'fastify'
import { type AppOptions, createApp } from './create-app.ts'
import { type OperatorRoutesOptions, operatorRoutes } from './routes/operator-routes.ts'

/** The server of a process without a page: `/health` and `/metrics`. Not yet listening. */
export function createHealthServer(options: OperatorRoutesOptions & AppOptions): FastifyInstance {
  const app = createApp(options)
  app.get('/', () => ({ health: '/health', metrics: '/metrics' }))
  app.register(operatorRoutes, options)
  return app
}
