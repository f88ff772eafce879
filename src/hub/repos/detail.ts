import type { BudgetSnapshot } from '../budget/budget.ts'
import type { HubContext } from '../context.ts'
import { apiUrl } from '../endpoint.ts'
import { BrokenAnswer } from '../errors.ts'
import type { Answer } from '../http/requester.ts'
import { traceOf } from '../http/response-error.ts'
import { isObject } from '../is-object.ts'
import type { RepoKind } from '../kinds.ts'
import { idInUrl, repoPath } from './path.ts'

export interface DetailOptions {
  /** A branch, tag, ref or commit. */
  revision?: string | undefined
  /** Adds sizes and hashes to `siblings`. Not together with `expand`. */
  blobs?: boolean | undefined
  /** Adds `securityRepoStatus`, models only. Not together with `expand`. */
  securityStatus?: boolean | undefined
  /** Only these properties, in addition to `_id` and `id`. */
  expand?: readonly string[] | undefined
  signal?: AbortSignal | undefined
}

export interface RepoAnswer {
  /** As it came, without any check. */
  repo: Record<string, unknown>
  /**
   * Set when the Hub knows the repo under another name. Only `_id` proves that it is the same repo, since a former name can
   * lead to another one.
   */
  moved: { from: string; to: string } | undefined
  requests: number
  budget: BudgetSnapshot | undefined
}

/** @throws RepoNotFound when missing or hidden; Refused with `isGated` or `isDisabled` when closed; HubError otherwise */
export async function repoDetail(
  { endpoint, requester, supportedFields }: HubContext,
  kind: RepoKind,
  id: string,
  options: DetailOptions,
): Promise<RepoAnswer> {
  const { revision, blobs, securityStatus, signal, expand = [] } = options
  if (expand.length > 0 && (blobs === true || securityStatus === true)) {
    throw new TypeError('Expected either `expand` or one of `blobs`, `securityStatus`; leave out one side.')
  }
  const path = repoPath(kind, id, revision)
  const request = (properties: readonly string[]): Promise<Answer> => {
    const query = new URLSearchParams(properties.map((property) => ['expand', property]))
    if (blobs === true) query.append('blobs', 'true')
    if (securityStatus === true) query.append('securityStatus', 'true')
    return requester.request(apiUrl(endpoint, path, query), { route: 'repo', answer: 'repo', signal })
  }
  const { result: answer, refusals } = await supportedFields.ask(kind, 'detail', expand, request)
  if (!isObject(answer.json)) {
    throw new BrokenAnswer(
      `The ${kind} was ${Array.isArray(answer.json) ? 'a list' : typeof answer.json}, expected a JSON object.`,
      traceOf(answer.url, 200, answer.headers),
    )
  }
  const to = answer.hops > 0 ? idInUrl(kind, answer.url) : undefined
  return {
    repo: answer.json,
    moved: to === undefined || to === id ? undefined : { from: id, to },
    requests: answer.requests + refusals,
    budget: answer.budget,
  }
}
