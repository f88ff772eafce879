import type { FastifyRequest } from 'fastify'
import { HubRefusal } from '../http/hub-refusal.ts'
import { foundRepo } from '../routes/writable-repo.ts'
import { type Collection, type ItemTarget, type ItemType, isRepoType } from './hub-collections.ts'
import type { CollectionContext } from './rendered-item.ts'
import { idInSlug } from './slug.ts'

const ARXIV_ID = /^\d{4}\.\d{4,5}$/

/** @throws HubRefusal 404 when there is no such repo, paper or collection that the caller may see */
export async function findTarget(
  context: CollectionContext,
  { type, id }: { readonly type: ItemType; readonly id: string },
  request: FastifyRequest,
): Promise<ItemTarget> {
  if (isRepoType(type)) {
    const repo = await foundRepo(context, type, id, request)
    return { type, hubId: repo._id, id: repo.id }
  }
  if (type === 'paper') {
    if (ARXIV_ID.test(id)) return { type, hubId: id, id }
    throw new HubRefusal(404, `Paper not found: ${id}`)
  }
  const hubId = idInSlug(id)
  if (hubId === undefined || context.collections.find(hubId) === undefined) {
    throw new HubRefusal(404, `Collection not found: ${id}`)
  }
  return { type, hubId, id: hubId }
}

/** @throws HubRefusal 409 when the collection has the item already, 400 when it would contain itself */
export function checkTarget({ hubId, items }: Collection, target: ItemTarget): void {
  if (target.type === 'collection' && target.hubId === hubId) {
    throw new HubRefusal(400, 'A collection cannot contain itself')
  }
  if (items.some((item) => item.type === target.type && item.hubId === target.hubId)) {
    throw new HubRefusal(409, `This ${target.type} is already in the collection`)
  }
}
