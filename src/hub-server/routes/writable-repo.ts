import type { FastifyRequest } from 'fastify'
import type { RepoKind } from '../../hub/kinds.ts'
import type { HubRepo } from '../hub-store.ts'
import { checkCanWrite } from '../people/permissions.ts'
import { requireSignedIn } from '../people/signed-in.ts'
import type { RouteContext } from './route-context.ts'
import { missingRepo, visibleRepo } from './visible-repo.ts'

/** The current repo of this name. As for readers, former names lead to it, too. */
export async function foundRepo(
  { store }: Pick<RouteContext, 'store'>,
  kind: RepoKind,
  id: string,
  request: FastifyRequest,
): Promise<HubRepo> {
  const nothing = { names: [], blobs: false }
  const found = await visibleRepo(store, kind, id, nothing, request)
  if ('repo' in found) return found.repo
  const current = await visibleRepo(store, kind, found.movedTo, nothing, request)
  if ('repo' in current) return current.repo
  throw missingRepo(request)
}

/**
 * @throws HubRefusal 401, 403 or 404 unless the caller may change the repo
 */
export async function writableRepo(
  context: Pick<RouteContext, 'store'>,
  kind: RepoKind,
  id: string,
  request: FastifyRequest,
): Promise<HubRepo> {
  const repo = await foundRepo(context, kind, id, request)
  checkCanWrite(requireSignedIn(request), kind, repo)
  return repo
}
