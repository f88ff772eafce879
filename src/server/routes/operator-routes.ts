import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../../telemetry/metrics/metrics.ts'
import { singleFlight } from '../../util/single-flight.ts'
import { examineHealth, type HealthProbes } from './health.ts'

export interface OperatorRoutesOptions {
  health: HealthProbes
  metrics: Pick<Metrics, 'text' | 'contentType'>
}

/** Monitors and orchestrators have no token, and see no content of the catalog. */
const config = { access: 'open' } as const

/** `/health`, `/livez`, `/readyz` and `/metrics`, which every long-running process serves. */
export async function operatorRoutes(app: FastifyInstance, { health, metrics }: OperatorRoutesOptions): Promise<void> {
  const examine = singleFlight(() => examineHealth(health))
  for (const url of ['/health', '/readyz']) {
    app.get(url, { config }, async (_request, reply) => {
      const found = await examine()
      return await reply.code(found.status === 'ok' ? 200 : 503).send(found)
    })
  }
  // The process answers. A database that is down is no reason to restart it.
  app.get('/livez', { config }, () => ({ status: 'ok' }))
  const readMetrics = singleFlight(() => metrics.text())
  app.get('/metrics', { config }, async (_request, reply) => await reply.type(metrics.contentType).send(await readMetrics()))
}
