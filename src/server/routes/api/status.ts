import type { FastifyInstance } from 'fastify'
import { withoutQuerySignal } from '../../../catalog/postgres/query-signal.ts'
import { toJson } from '../../../output/json.ts'
import { singleFlight } from '../../../util/single-flight.ts'
import { accessRoute, statusRoute, statusStreamRoute } from '../../api/status.ts'
import { addRoute } from '../../http/add-route.ts'
import type { ApiOptions } from './api-options.ts'
import { StatusStreams } from './status-streams.ts'

export function statusRoutes(app: FastifyInstance, { status, about, access, basePath }: ApiOptions): void {
  // Shared by requests, so that none of them may stop it.
  const readStatus = singleFlight(() => withoutQuerySignal(status))
  addRoute(app, statusRoute, readStatus)

  const streams = new StatusStreams(async () => toJson(await readStatus()))
  app.addHook('preClose', async () => streams.close())
  addRoute(app, statusStreamRoute, async ({ request, reply }) => {
    streams.add(request, reply)
    return undefined
  })

  addRoute(app, accessRoute, async ({ request }) => ({
    ...about,
    isSignedIn: access.isSignedIn(request),
    canRunSql: access.mayOperate(request),
    canRetry: access.mayOperate(request),
    signIn: access.hasToken ? `${basePath}/sign-in` : null,
  }))
}
