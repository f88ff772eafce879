import type { FastifyInstance } from 'fastify'
import { failureGroups } from '../../../catalog/stages/failures.ts'
import { retryTasks } from '../../../catalog/stages/retry-tasks.ts'
import { failuresRoute, retryFailuresRoute } from '../../api/failures.ts'
import { addRoute } from '../../http/add-route.ts'
import { tableOf } from '../../http/answer.ts'
import type { ApiOptions } from './api-options.ts'

const COLUMNS = Object.keys(failuresRoute.answer.shape.failures.element.shape)

export function failureRoutes(app: FastifyInstance, { catalog }: ApiOptions): void {
  addRoute(app, failuresRoute, async () => ({ failures: await failureGroups(catalog.db) }), {
    table: ({ failures }: { failures: object[] }) => tableOf(failures, COLUMNS),
    name: 'failures',
  })
  addRoute(app, retryFailuresRoute, async ({ body }) => ({ retried: await retryTasks(catalog.db, body) }))
}
