import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RepoKind } from '../../hub/kinds.ts'
import { type HubRefusal, unknownPage } from '../http/hub-refusal.ts'
import type { HubContents, HubFiles } from '../hub-files.ts'
import type { HubRepo, HubStore } from '../hub-store.ts'
import type { ListRules } from '../lists/list-query.ts'
import type { HubAccounts } from '../people/accounts.ts'

/** Common to all routes. */
export interface RouteContext {
  readonly store: HubStore
  readonly files: HubFiles | undefined
  readonly contents: HubContents | undefined
  readonly accounts: HubAccounts | undefined
  /** Address of the host for large files; undefined when this server sends them. */
  readonly fileHostUrl: string | undefined
  readonly rules: ListRules
  /** Whether the details of a disabled repo are a 403. */
  readonly refuseDisabled: boolean
  /** The start of all links. */
  baseUrl(request: FastifyRequest): string
  /** Owners of found repos that words name. Without it the quick search finds none. */
  readonly ownersAmong?: (repos: readonly HubRepo[], words: string) => { orgs: object[]; users: object[] }
  /** Why this server cannot answer a route below a repo, although the Hub does. */
  readonly refusalBelow?: (kind: RepoKind, repo: HubRepo, route: string) => HubRefusal | undefined
}

/** A request for a route below a repo. The caller may see the repo, and the store has files. */
export interface BelowRepo {
  readonly kind: RepoKind
  readonly repo: HubRepo
  /** The decoded segments after the route's own. */
  readonly rest: readonly string[]
  readonly files: HubFiles
  readonly accounts: HubAccounts | undefined
  readonly contents: HubContents | undefined
  /** The start of all links. */
  readonly baseUrl: string
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** @throws HubRefusal 404 if the server knows neither content nor history */
export function contentsOf({ contents }: Pick<BelowRepo, 'contents'>): HubContents {
  if (contents === undefined) throw unknownPage()
  return contents
}

export function splitUrl(url: string): { path: string; search: string; parameters: URLSearchParams } {
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const search = mark < 0 ? '' : url.slice(mark)
  return { path, search, parameters: new URLSearchParams(search) }
}
