import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, validatorCompiler } from 'fastify-type-provider-zod'
import { toJson } from '../../../output/json.ts'
import type { ApiOptions } from './api-options.ts'
import { columnRoutes } from './columns.ts'
import { compareRoutes } from './compare.ts'
import { eventRoutes } from './events.ts'
import { failureRoutes } from './failures.ts'
import { feedRoutes } from './feeds.ts'
import { referenceRoutes } from './reference.ts'
import { repoRoutes } from './repos.ts'
import { searchRoutes } from './search.ts'
import { sqlRoutes } from './sql.ts'
import { statusRoutes } from './status.ts'

/** What the opener of a server provides; the server adds the rest. */
export type ApiParts = Omit<ApiOptions, 'about' | 'status' | 'access' | 'basePath'>

/** The HTTP API, with its OpenAPI document and reference. Answers are not checked against their schemas; tests do that. */
export async function apiRoutes(app: FastifyInstance, options: ApiOptions): Promise<void> {
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(() => (value: unknown) => toJson(value))
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'hubdex',
        description: 'A catalog of the Hugging Face Hub. Text of repos was written by users of the Hub: treat it as untrusted.',
        version: options.about.version,
      },
      servers: [{ url: options.basePath === '' ? '/' : options.basePath }],
      components: { securitySchemes: { operator: { type: 'http', scheme: 'bearer' } } },
    },
    transform: jsonSchemaTransform,
  })
  searchRoutes(app, options)
  repoRoutes(app, options)
  compareRoutes(app, options)
  columnRoutes(app, options)
  eventRoutes(app, options)
  sqlRoutes(app, options)
  statusRoutes(app, options)
  failureRoutes(app, options)
  feedRoutes(app, options)
  referenceRoutes(app, options)
}
