import { once } from 'node:events'
import type { FastifyInstance } from 'fastify'
import { createCatalogCollections } from '../catalog/mirror/catalog-collections.ts'
import { catalogFiles } from '../catalog/mirror/catalog-files.ts'
import { createCatalogStore } from '../catalog/mirror/catalog-store.ts'
import type { RefreshQueue } from '../catalog/processes/refresh-queue.ts'
import { readStatus } from '../catalog/status.ts'
import { toJson } from '../output/json.ts'
import type { MirrorFill } from '../server/mirror/fill-hook.ts'
import type { HealthProbes } from '../server/routes/health.ts'
import { isLoopback } from '../server/security/loopback.ts'
import type { Emit } from '../telemetry/events.ts'
import type { Metrics } from '../telemetry/metrics/metrics.ts'
import { listenError } from '../util/listen-error.ts'
import { hubdexVersion } from '../util/version.ts'
import { requireAccessRules } from './access-rules.ts'
import type { ServiceContext } from './context.ts'
import { fillReadable } from './mirror-fill.ts'
import { apiPartsOf } from './open/api-parts.ts'
import type { OpenCatalog } from './open/catalog.ts'
import { weightsOf } from './open/crawl-settings.ts'
import { boardQueuesOf, type OpenQueue } from './open/queue.ts'
import { readFullStatus } from './status/full-status.ts'

export interface ServingParts {
  context: ServiceContext
  catalog: OpenCatalog
  queue: OpenQueue
  health: HealthProbes
  metrics: Metrics
  emit: Emit
  refreshes: RefreshQueue
  /** Fetches what the mirror lacks, if the settings allow it. */
  fill: MirrorFill | undefined
  /** Called when a webhook has added repos to the refresh queue. */
  onRefresh(): void
}

/** Serves page, status, webhooks, metrics and dashboard until Ctrl-C, and then answers the requests in flight. */
export async function serve({ context, catalog, health, metrics, emit, ...parts }: ServingParts): Promise<void> {
  const { settings, signal } = context
  const { queue } = parts
  const { replica } = catalog
  metrics.readCatalog({
    status: () => readStatus(catalog.db, { endpoint: settings.endpoint, weights: weightsOf(settings) }),
    ...(replica !== undefined && { replica: () => replica.lag() }),
    ...(queue.tasks.engine !== 'local' && { queue: () => laneCounts(queue) }),
  })
  const [{ createServer }, { mcpRoutes }] = await Promise.all([import('../server/server.ts'), import('../mcp/mcp-routes.ts')])
  const app = createServer({
    about: { version: hubdexVersion(), endpoint: settings.endpoint },
    health,
    metrics,
    status: () => readFullStatus(settings, catalog, { isScheduler: health.scheduleSilentMs !== undefined }),
    webhook: {
      secret: settings.webhookSecret,
      refresh: async (requests) => {
        await parts.refreshes.add(requests)
        parts.onRefresh()
      },
    },
    mirror: {
      store: createCatalogStore(catalog.reads.db),
      files: catalogFiles,
      collections: createCatalogCollections(catalog.reads.db),
      endpoint: settings.endpoint,
      fill: fillReadable(parts.fill, replica),
    },
    replica,
    board: { token: settings.operatorToken, openQueues: boardQueuesOf(settings, queue.lanes) },
    emit: (event) => emit('server', event),
    access: settings,
    rules: requireAccessRules(settings),
    requestsPerMinute: settings.rateLimit ?? (isLoopback(settings.host) ? 0 : DEFAULT_RATE_LIMIT),
    basePath: settings.basePath,
    api: apiPartsOf(settings, catalog),
  })
  app.register(mcpRoutes, { timeoutMs: settings.sqlTimeoutMs })
  try {
    const url = await listen(app, settings.host, settings.port, '--port (HUBDEX_PORT)')
    context.print(context.json ? toJson({ url }) : `hubdex is ready at ${url}`)
    if (!signal.aborted) await once(signal, 'abort')
  } finally {
    await app.close()
  }
}

const DEFAULT_RATE_LIMIT = 1_200

/** Waits for Ctrl-C. Meanwhile it serves `/health` and `/metrics`, if the settings name a port for them. */
export async function serveHealth({ context, health, metrics, emit }: ServingParts): Promise<void> {
  const { settings, signal, log } = context
  const { healthPort, host } = settings
  if (healthPort === undefined) {
    if (!signal.aborted) await once(signal, 'abort')
    return
  }
  const { createHealthServer } = await import('../server/health-server.ts')
  const app = createHealthServer({ health, metrics, emit: (event) => emit('server', event), access: settings })
  try {
    log(`Health and metrics are at ${await listen(app, host, healthPort, 'HUBDEX_HEALTH_PORT')}`)
    if (!signal.aborted) await once(signal, 'abort')
  } finally {
    await app.close()
  }
}

async function laneCounts({ tasks, lanes }: OpenQueue) {
  return await Promise.all(lanes.all.map(async (lane) => ({ lane, counts: await tasks.counts(lane) })))
}

async function listen(app: FastifyInstance, host: string, port: number, setting: string): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    throw listenError(error, host, port, { host: 'HUBDEX_HOST', port: setting })
  }
}
