import type { FastifyInstance } from 'fastify'
import type { ServerEvent } from '../telemetry/events.ts'
import { createApp } from './create-app.ts'
import { type ApiParts, apiRoutes } from './routes/api/api-routes.ts'
import type { About } from './routes/home-page.ts'

export interface LocalApiOptions extends ApiParts {
  about: About
  status(): Promise<unknown>
  emit(event: ServerEvent): void
}

/** The HTTP API for calls from within the process. It does not listen, and everything is allowed. */
export function createLocalApi({ emit, ...parts }: LocalApiOptions): FastifyInstance {
  const app = createApp({ emit })
  const access = { isSignedIn: () => true, mayOperate: () => true, hasToken: false }
  app.register(apiRoutes, { ...parts, access, basePath: '' })
  return app
}
