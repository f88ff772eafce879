import type { FastifyInstance, FastifyRequest } from 'fastify'
import { UNKNOWN_SORTS } from '../../catalog/mirror/sort-orders.ts'
import { setCommonHeaders } from '../../hub-server/http/answer.ts'
import { sendHubError } from '../../hub-server/http/hub-error.ts'
import type { HubFiles } from '../../hub-server/hub-files.ts'
import type { HubStore } from '../../hub-server/hub-store.ts'
import { addFileRoutes } from '../../hub-server/routes/files/write-files.ts'
import { addListRoutes } from '../../hub-server/routes/list-routes.ts'
import type { RouteContext } from '../../hub-server/routes/route-context.ts'
import { problemOfError } from '../http/problem-of-error.ts'
import { addCollectionReads, type MirrorCollections } from './collection-reads.ts'
import { addFileRedirects } from './file-redirects.ts'
import { fillHook, type MirrorFill } from './fill-hook.ts'
import { addRefusals, refusalBelow } from './refusals.ts'

export interface MirrorOptions {
  readonly store: HubStore
  readonly files: HubFiles
  readonly collections: MirrorCollections
  /** The Hub that is crawled, to which whatever the catalog lacks is referred. */
  readonly endpoint: string
  /** The path that a proxy puts before all paths; empty for none. */
  readonly basePath?: string
  /** Without it, what the catalog lacks is left out. */
  readonly fill?: MirrorFill | undefined
}

/**
 * The Hub's read API over the catalog, at the Hub's paths: `HF_ENDPOINT` can be the address of this server. Errors have the
 * Hub's form. Files are redirected to the Hub, and whatever changes something is refused.
 */
export async function mirrorRoutes(
  app: FastifyInstance,
  { store, files, collections, endpoint, basePath = '', fill }: MirrorOptions,
): Promise<void> {
  app.addHook('onRequest', async (request, reply) => setCommonHeaders(request, reply, Date.now()))
  app.setErrorHandler((error: Error, request, reply) => {
    const { status, message } = problemOfError(error)
    // Clients of the Hub show this header, and try again later by the status.
    if (status >= 500) reply.header('x-error-message', message)
    return sendHubError(error, request, reply)
  })
  if (fill !== undefined) app.addHook('preHandler', fillHook(store, fill))
  const context: RouteContext & { files: HubFiles } = {
    store,
    files,
    contents: undefined,
    accounts: undefined,
    fileHostUrl: undefined,
    rules: { ascendingCreatedAt: true, expandRefusedOnLists: [], unknownSorts: UNKNOWN_SORTS },
    refuseDisabled: false,
    baseUrl: (request: FastifyRequest) => `${request.protocol}://${request.host}${basePath}`,
    refusalBelow: (kind, repo, route) => refusalBelow(endpoint, kind, repo, route),
  }
  addListRoutes(app, context)
  app.register(addFileRoutes, { context, writer: undefined })
  addCollectionReads(app, context, collections)
  addFileRedirects(app, context, endpoint)
  addRefusals(app, endpoint)
}
