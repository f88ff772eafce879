import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../../telemetry/metrics/metrics.ts'
import { singleFlight } from '../../util/single-flight.ts'
import { examineHealth, type HealthProbes } from './health.ts'

export interface OperatorRoutesOptions {
  health: HealthProbes
  metrics: Pick<Metrics, 'text' | 'contentType'>
}

/** `/health` and `/metrics`, which every long-running process serves. */
export async function operatorRoutes(app: FastifyInstance, { health, metrics }: OperatorRoutesOptions): Promise<void> {
  const examine = singleFlight(() => examineHealth(health))
  app.get('/health', async (_request, reply) => {
    const found = await examine()
    return await reply.code(found.status === 'ok' ? 200 : 503).send(found)
  })
  const readMetrics = singleFlight(() => metrics.text())
  app.get('/metrics', async (_request, reply) => await reply.type(metrics.contentType).send(await readMetrics()))
}
