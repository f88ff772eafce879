import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { CatalogCollections } from '../../catalog/mirror/catalog-collections.ts'
import type { CollectionQuery } from '../../hub-server/collections/hub-collections.ts'
import { cursorAfter, parseCollectionQuery } from '../../hub-server/collections/list-query.ts'
import { briefly, rendered } from '../../hub-server/collections/rendered.ts'
import { idInSlug } from '../../hub-server/collections/slug.ts'
import { sendJson } from '../../hub-server/http/answer.ts'
import { HubRefusal } from '../../hub-server/http/hub-refusal.ts'
import { isTrue } from '../../hub-server/lists/list-query.ts'
import type { RouteContext } from '../../hub-server/routes/route-context.ts'

/** How the mirror reads collections. */
export interface MirrorCollections {
  list(query: CollectionQuery): Promise<CatalogCollections & { hasMore: boolean }>
  /** None or one. */
  find(hubId: string): Promise<CatalogCollections>
}

/** A larger `limit` gets the first of several pages: clients follow the link. */
const MAX_PAGE = 100

/** Adds lists of collections, and single ones. Items that the catalog does not have are left out. */
export function addCollectionReads(app: FastifyInstance, context: RouteContext, collections: MirrorCollections): void {
  const show = async ({ collections, nested, repos }: CatalogCollections, request: FastifyRequest, form: 'list' | 'detail') => {
    const parts = { ...context, repos, collections: { find: (hubId: string) => nested.get(hubId) } }
    return await Promise.all(collections.map((one) => rendered(parts, one, request, form)))
  }

  app.get('/api/collections', async (request, reply) => {
    const url = new URL(request.url, context.baseUrl(request))
    const query = await parseCollectionQuery({ ...context, collections: { find: () => undefined } }, url.searchParams)
    const page = await collections.list({ ...query, limit: Math.min(query.limit, MAX_PAGE) })
    const last = page.collections.at(-1)
    if (page.hasMore && last !== undefined) {
      url.searchParams.set('cursor', cursorAfter(last))
      reply.header('link', `<${url.href}>; rel="next"`)
    }
    const expand = url.searchParams.get('expand')
    const isBrief = expand !== null && !isTrue(expand)
    const answer = isBrief ? page.collections.map(briefly) : await show(page, request, 'list')
    return sendJson(request, reply, JSON.stringify(answer))
  })

  app.get<{ Params: { slug: string } }>('/api/collections/:owner/:slug', async (request, reply) => {
    const hubId = idInSlug(request.params.slug)
    const found = hubId === undefined ? undefined : await collections.find(hubId)
    const [shown] = found === undefined ? [] : await show(found, request, 'detail')
    if (shown === undefined) throw new HubRefusal(404, 'Collection not found')
    // Lists, from which the catalog has it, do not say the position among the collections of the owner.
    const { position: _, ...known } = shown
    return sendJson(request, reply, JSON.stringify(known))
  })
}
