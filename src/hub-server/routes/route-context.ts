import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RepoKind } from '../../hub/kinds.ts'
import type { HubFiles } from '../hub-files.ts'
import type { HubRepo, HubStore } from '../hub-store.ts'
import type { ListRules } from '../lists/list-query.ts'

/** What every route works with. */
export interface RouteContext {
  readonly store: HubStore
  readonly files: HubFiles | undefined
  /** The address of the host that has large files; undefined where they are here. */
  readonly fileHostUrl: string | undefined
  readonly rules: ListRules
  /** Whether a disabled repo answers 403 in place of its details. */
  readonly refuseDisabled: boolean
  /** The address that links start with. */
  baseUrl(request: FastifyRequest): string
}

/** A route below a repo that the caller may see, of a store that has files. */
export interface BelowRepo {
  readonly kind: RepoKind
  readonly repo: HubRepo
  /** The decoded segments behind the route's own. */
  readonly rest: readonly string[]
  readonly files: HubFiles
  /** The address that links start with. */
  readonly baseUrl: string
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** The credentials have passed the hook by the time a route asks. */
export function isSignedIn(request: FastifyRequest): boolean {
  return request.headers.authorization !== undefined
}

export function splitUrl(url: string): { path: string; search: string; parameters: URLSearchParams } {
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const search = mark < 0 ? '' : url.slice(mark)
  return { path, search, parameters: new URLSearchParams(search) }
}
