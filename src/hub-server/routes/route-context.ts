import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RepoKind } from '../../hub/kinds.ts'
import type { HubFiles } from '../hub-files.ts'
import type { HubRepo, HubStore } from '../hub-store.ts'
import type { ListRules } from '../lists/list-query.ts'
import type { HubAccounts } from '../people/accounts.ts'

/** Common to all routes. */
export interface RouteContext {
  readonly store: HubStore
  readonly files: HubFiles | undefined
  readonly accounts: HubAccounts | undefined
  /** Address of the host for large files; undefined when this server sends them. */
  readonly fileHostUrl: string | undefined
  readonly rules: ListRules
  /** Whether the details of a disabled repo are a 403. */
  readonly refuseDisabled: boolean
  /** The start of all links. */
  baseUrl(request: FastifyRequest): string
}

/** A request for a route below a repo. The caller may see the repo, and the store has files. */
export interface BelowRepo {
  readonly kind: RepoKind
  readonly repo: HubRepo
  /** The decoded segments after the route's own. */
  readonly rest: readonly string[]
  readonly files: HubFiles
  /** The start of all links. */
  readonly baseUrl: string
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

export function splitUrl(url: string): { path: string; search: string; parameters: URLSearchParams } {
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const search = mark < 0 ? '' : url.slice(mark)
  return { path, search, parameters: new URLSearchParams(search) }
}
