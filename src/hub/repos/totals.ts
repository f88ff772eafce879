import type { HubContext } from '../context.ts'
import { apiUrl } from '../endpoint.ts'
import { isObject } from '../is-object.ts'
import { pluralOf, REPO_KINDS, type RepoKind } from '../kinds.ts'

/** Listings carry no totals. The quick search counts its matches, and an empty search matches everything. */
export async function repoTotals(
  { endpoint, requester }: HubContext,
  signal: AbortSignal | undefined,
): Promise<Partial<Record<RepoKind, number>>> {
  const url = apiUrl(endpoint, 'quicksearch', new URLSearchParams({ q: '', limit: '1' }))
  const { json } = await requester.request(url, { route: 'fixed', signal, retries: 0 })
  const totals: Partial<Record<RepoKind, number>> = {}
  for (const kind of REPO_KINDS) {
    const count = isObject(json) ? json[`${pluralOf[kind]}Count`] : undefined
    if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 0) totals[kind] = count
  }
  return totals
}
