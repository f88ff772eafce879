import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendJson } from '../http/answer.ts'
import { HubRefusal } from '../http/hub-refusal.ts'
import { readBody } from '../http/read-body.ts'
import { isTrue } from '../lists/list-query.ts'
import { checkToken, hasRole, tokenAllows } from '../people/permissions.ts'
import { requireSignedIn, signedInAs } from '../people/signed-in.ts'
import type { RouteContext } from '../routes/route-context.ts'
import { batch, changes, itemChanges, newCollection, newGroup, newItem } from './collection-bodies.ts'
import { checkTarget, findTarget } from './find-target.ts'
import type { Collection, HubCollections } from './hub-collections.ts'
import { cursorAfter, parseCollectionQuery } from './list-query.ts'
import { briefly, rendered } from './rendered.ts'
import type { CollectionContext } from './rendered-item.ts'
import { idInSlug, slugOf, wordsOf } from './slug.ts'

const ROUTE = '/api/collections/:owner/:slug'

/** Adds the routes of collections. */
export function addCollectionRoutes(app: FastifyInstance, context: RouteContext, collections: HubCollections): void {
  const parts: CollectionContext = { ...context, collections }

  app.get('/api/collections', async (request, reply) => {
    const url = new URL(request.url, context.baseUrl(request))
    const query = await parseCollectionQuery(parts, url.searchParams)
    const page = collections.list(query)
    const last = page.collections.at(-1)
    if (page.hasMore && last !== undefined) {
      url.searchParams.set('cursor', cursorAfter(last))
      reply.header('link', `<${url.href}>; rel="next"`)
    }
    // After the page was cut: pages can be short or empty before the end.
    const visible = page.collections.filter((one) => isVisible(one, request))
    const expand = url.searchParams.get('expand')
    const isBrief = expand !== null && !isTrue(expand)
    const answer = isBrief
      ? visible.map(briefly)
      : await Promise.all(visible.map((one) => rendered(parts, one, request, 'list')))
    return sendJson(request, reply, JSON.stringify(answer))
  })

  app.post('/api/collections', async (request, reply) => {
    const person = requireSignedIn(request)
    const { namespace, item, ...given } = readBody(request, newCollection)
    checkToken(person, 'collection.write', { owner: namespace })
    if (!hasRole(person, namespace, 'contributor')) {
      throw new HubRefusal(403, `You don't have the rights to create a collection under the namespace "${namespace}"`)
    }
    if (given.resourceGroupId !== undefined) checkHasGroups(context, namespace)
    const same = collections.ofOwner(namespace).find((one) => wordsOf(one.title) === wordsOf(given.title))
    if (same !== undefined) {
      return reply.code(409).send({ error: 'You already created this collection', slug: slugOf(same) })
    }
    const target = item && (await findTarget(parts, item, request))
    let made = collections.create(namespace, {
      title: given.title,
      description: given.description,
      private: given.private ?? false,
      theme: 'orange',
      gating: false,
      position: collections.ofOwner(namespace).length,
      ...(given.resourceGroupId === undefined ? {} : { resourceGroupId: given.resourceGroupId }),
    })
    if (target !== undefined) made = collections.addItem(made.hubId, target, undefined)
    return reply.send(await rendered(parts, made, request, 'detail'))
  })

  app.get(ROUTE, async (request, reply) => {
    const collection = visibleCollection(request)
    return sendJson(request, reply, JSON.stringify(await rendered(parts, collection, request, 'detail')))
  })

  app.patch(ROUTE, async (request) => {
    const { hubId } = writable(request)
    const changed = collections.update(hubId, readBody(request, changes))
    return { data: await rendered(parts, changed, request, 'detail') }
  })

  app.delete(ROUTE, async (request, reply) => {
    collections.delete(writable(request).hubId)
    return sendOk(reply)
  })

  app.post(`${ROUTE}/resource-group`, async (request) => {
    const { hubId, owner } = writable(request)
    checkHasGroups(context, owner)
    const { resourceGroupId } = readBody(request, newGroup)
    collections.update(hubId, { resourceGroupId: resourceGroupId ?? undefined })
    return { resourceGroupId }
  })

  // The documented name, and the one that today's clients use.
  for (const name of ['item', 'items']) {
    app.post(`${ROUTE}/${name}`, async (request) => {
      const collection = writable(request)
      const { item, note } = readBody(request, newItem)
      const target = await findTarget(parts, item, request)
      checkTarget(collection, target)
      return rendered(parts, collections.addItem(collection.hubId, target, note), request, 'detail')
    })
  }

  app.post(`${ROUTE}/items/batch`, async (request) => {
    const collection = writable(request)
    const updates = readBody(request, batch).map(({ _id, data }) => ({ itemId: _id, ...data }))
    for (const { itemId } of updates) checkItem(collection, itemId)
    return rendered(parts, collections.updateItems(collection.hubId, updates), request, 'detail')
  })

  app.patch(`${ROUTE}/items/:itemId`, async (request) => {
    const collection = writable(request)
    const itemId = checkItem(collection, parameter(request, 'itemId'))
    collections.updateItems(collection.hubId, [{ itemId, ...readBody(request, itemChanges) }])
    return { success: true }
  })

  app.delete(`${ROUTE}/items/:itemId`, async (request, reply) => {
    const collection = writable(request)
    collections.deleteItem(collection.hubId, checkItem(collection, parameter(request, 'itemId')))
    return sendOk(reply)
  })

  /** By the `_id` in the slug, so that old slugs lead to it; a slug without one names the collection by its title. */
  function visibleCollection(request: FastifyRequest): Collection {
    const [owner, slug] = [parameter(request, 'owner'), parameter(request, 'slug')]
    const hubId = idInSlug(slug)
    const found =
      hubId === undefined ? collections.ofOwner(owner).find((one) => wordsOf(one.title) === slug) : collections.find(hubId)
    if (found === undefined || !isVisible(found, request)) throw new HubRefusal(404, 'Collection not found')
    return found
  }

  function writable(request: FastifyRequest): Collection {
    const person = requireSignedIn(request)
    const collection = visibleCollection(request)
    checkToken(person, 'collection.write', { owner: collection.owner })
    if (hasRole(person, collection.owner, 'write')) return collection
    throw new HubRefusal(403, `You don't have the rights to change the collection ${slugOf(collection)}`)
  }
}

function isVisible(collection: Collection, request: FastifyRequest): boolean {
  const person = signedInAs(request)
  const { owner } = collection
  if (!collection.private) return true
  return person !== undefined && hasRole(person, owner, 'read') && tokenAllows(person, 'collection.read', { owner })
}

/** The sample Hub knows no groups of its own: any id is accepted where there can be groups. */
function checkHasGroups({ accounts }: RouteContext, owner: string): void {
  if (accounts?.find(owner)?.type === 'org') return
  throw new HubRefusal(403, `${owner} is no organization: only those have resource groups`)
}

function checkItem({ items }: Collection, itemId: string): string {
  if (items.some((item) => item.itemId === itemId)) return itemId
  throw new HubRefusal(404, 'Collection item not found')
}

function parameter(request: FastifyRequest, name: string): string {
  return (request.params as Record<string, string>)[name] ?? ''
}

function sendOk(reply: FastifyReply): FastifyReply {
  return reply.type('text/plain; charset=utf-8').send('OK')
}
