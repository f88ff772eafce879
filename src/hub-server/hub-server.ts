import type { FastifyInstance, FastifyRequest } from 'fastify'
import { bucketOf } from '../hub/budget/budgets.ts'
import { addCollectionRoutes } from './collections/collection-routes.ts'
import type { HubCollections } from './collections/hub-collections.ts'
import type { FileWriter } from './file-writer.ts'
import { setCommonHeaders } from './http/answer.ts'
import { callerOf } from './http/caller.ts'
import { addCors } from './http/cors.ts'
import { sendHubError } from './http/hub-error.ts'
import { HubRefusal, unknownPage } from './http/hub-refusal.ts'
import { addJsonParser } from './http/json-parser.ts'
import type { RateLimit } from './http/rate-limit.ts'
import type { HubContents } from './hub-files.ts'
import type { HubStore } from './hub-store.ts'
import { addAccountRoutes } from './people/account-routes.ts'
import { type HubAccounts, quotaOf } from './people/accounts.ts'
import { signIn } from './people/signed-in.ts'
import type { RepoWriter } from './repo-writer.ts'
import { addPaperRoutes } from './routes/discover/papers.ts'
import { addPeopleRoutes, ownersAmong } from './routes/discover/people.ts'
import { addTrendRoutes } from './routes/discover/trends.ts'
import { addFileRoutes } from './routes/files/write-files.ts'
import { addListRoutes } from './routes/list-routes.ts'
import { sendFile } from './routes/resolve-route.ts'
import type { RouteContext } from './routes/route-context.ts'
import { addSpaceRoutes } from './routes/space-routes.ts'
import { addWriteRoutes } from './routes/write-routes.ts'
import { addViewerRoutes } from './viewer/viewer-routes.ts'
import type { HubWebhooks } from './webhooks/hub-webhooks.ts'
import { addWebhookRoutes } from './webhooks/webhook-routes.ts'

export interface HubServerOptions {
  readonly store: HubStore
  /** Without it only metadata is served. */
  readonly files?: HubContents | undefined
  /** Address of another host, to which readers of large files are redirected. @default none: this server sends them */
  readonly fileHostUrl?: string | undefined
  /** Without it nothing can be changed. */
  readonly writer?: RepoWriter | undefined
  /** Without it there are none. */
  readonly collections?: HubCollections | undefined
  /** Without it there are none. */
  readonly webhooks?: HubWebhooks | undefined
  /** Without it nothing can be committed. */
  readonly fileWriter?: FileWriter | undefined
  /** Without it no request is counted and no rate limit headers are sent. */
  readonly rateLimit?: RateLimit
  /** @default `http://` and the Host header of the request */
  readonly baseUrl?: string
  /** Without it nobody can sign in, and tokens are ignored. */
  readonly accounts?: HubAccounts | undefined
  /** A limit of its own for whoami. @default none */
  readonly whoamiLimit?: RateLimit | undefined
  /** @default true */
  readonly ascendingCreatedAt?: boolean
  /** Values of `expand` that lists refuse although details accept them. @default none */
  readonly expandRefusedOnLists?: readonly string[]
  /** Answers 403 for the details of a disabled repo instead of `disabled: true`. The Hub has done both. @default false */
  readonly refuseDisabled?: boolean
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

/** The Hub's API as a Fastify plugin over any store: lists, details, tags by type, files and changes. */
export async function hubServer(app: FastifyInstance, options: HubServerOptions): Promise<void> {
  const { store, rateLimit, accounts, now = Date.now } = options
  const rules = {
    ascendingCreatedAt: options.ascendingCreatedAt ?? true,
    expandRefusedOnLists: options.expandRefusedOnLists ?? [],
    unknownSorts: {},
  }
  const baseUrl = (request: FastifyRequest) => options.baseUrl ?? `${request.protocol}://${request.host}`
  const { files, fileHostUrl, writer, refuseDisabled = false } = options
  const contents = files
  const context: RouteContext = {
    ...{ store, files, contents, accounts, fileHostUrl, rules, refuseDisabled, baseUrl },
    ownersAmong: (repos, words) => ownersAmong(repos, words, accounts),
  }

  app.addHook('onRequest', async (request, reply) => {
    setCommonHeaders(request, reply, now())
    const caller = callerOf(request)
    const person = caller.token === undefined ? undefined : accounts?.signIn(caller.token)
    const charge = rateLimit?.charge(bucketOf(request.url), { ...caller, user: person && quotaOf(person) })
    if (charge !== undefined) reply.headers(charge.headers)
    if (charge?.refusal !== undefined) throw charge.refusal
    if (person !== undefined) signIn(request, person)
    else if (caller.token !== undefined && accounts !== undefined) {
      throw new HubRefusal(401, 'Invalid credentials in Authorization header')
    }
  })
  addCors(app)
  addJsonParser(app)

  app.setErrorHandler(sendHubError)
  app.setNotFoundHandler(() => {
    throw unknownPage()
  })

  for (const add of [addListRoutes, addSpaceRoutes, addPeopleRoutes, addPaperRoutes, addTrendRoutes]) add(app, context)
  // Uncompressed: a reader of byte ranges needs the bytes that the range counts.
  if (files !== undefined) app.get('/*', { compress: false }, (request, reply) => sendFile(context, request, reply))
  if (contents !== undefined) addViewerRoutes(app, { ...context, contents })
  if (files !== undefined) app.register(addFileRoutes, { context: { ...context, files }, writer: options.fileWriter })
  if (accounts !== undefined) addAccountRoutes(app, context, { accounts, whoamiLimit: options.whoamiLimit })
  if (options.collections !== undefined) addCollectionRoutes(app, context, options.collections)
  if (options.webhooks !== undefined) addWebhookRoutes(app, options.webhooks)
  if (writer !== undefined) addWriteRoutes(app, context, writer)
}
