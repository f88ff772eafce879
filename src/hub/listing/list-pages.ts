import { hash } from 'node:crypto'
import type { BudgetSnapshot } from '../budget/budget.ts'
import type { HubContext } from '../context.ts'
import { apiUrl } from '../endpoint.ts'
import { BrokenLink } from '../errors.ts'
import type { Answer } from '../http/requester.ts'
import { traceOf } from '../http/response-error.ts'
import { httpDateOf } from '../instant.ts'
import { pluralOf, type RepoKind } from '../kinds.ts'
import { askPage } from './ask-page.ts'
import { lighterExpands } from './expand.ts'
import { expandOf, type ListParameters, listQuery } from './list-parameters.ts'
import { Narrowing } from './narrowing.ts'
import { nextLink } from './next-link.ts'
import { nextPageAddress } from './next-page-address.ts'
import { placeOf } from './page-shape.ts'
import { WalkProgress } from './walk-progress.ts'

export interface ListPage {
  /** As they came, without any check. */
  items: unknown[]
  /** The URL that the page was requested from. */
  url: string
  /** The URL of the next page on the endpoint; undefined on the last page. Save it to continue from there later. */
  next: string | undefined
  /** Properties of the walk that were left out of this page because it failed with them. */
  omitted: readonly string[]
  /** Counts from 1 in each walk. */
  number: number
  /** Bytes on the wire. */
  wireBytes: number
  /** Requests that the page cost, including refused ones, retries and redirects. */
  requests: number
  /** The server's clock when it answered, in milliseconds since 1970, if the server sent it. */
  serverTimeMs: number | undefined
  budget: BudgetSnapshot | undefined
}

export interface ListOptions {
  /** A saved `next` link to continue from. The parameters are then those in the link, except for `limit` and `expand`. */
  from?: { url: string } | undefined
  /**
   * Whether a page that fails is requested in smaller and lighter shapes, until the walk is past it and returns to whole
   * pages. Requires a limit. @default false
   */
  narrows?: boolean
  signal?: AbortSignal | undefined
}

/**
 * Walks a listing page by page, to the end or until the caller stops. The next page is requested only when the caller asks for
 * it, so a caller that asks early overlaps the network with its own work.
 *
 * @throws BrokenLink when a link leads elsewhere or in a circle; BrokenAnswer when too many pages contain nothing new; BadPage
 * when no narrowing helps; HubError otherwise
 */
export async function* listPages(
  context: HubContext,
  kind: RepoKind,
  parameters: ListParameters,
  { from, narrows = false, signal }: ListOptions,
): AsyncGenerator<ListPage, void, void> {
  const { limit } = parameters
  const route = apiUrl(context.endpoint, pluralOf[kind])
  const expand = expandOf(kind, parameters)
  const narrowing = narrows && limit !== undefined ? new Narrowing(limit, lighterExpands(expand)) : undefined
  const walk = { context, kind, parameters, narrowing, signal }
  const visited = new Set<string>()
  const progress = new WalkProgress()
  let url = from === undefined ? undefined : savedPage(context, from.url, route, kind, parameters)
  for (let number = 1; ; number++) {
    const { items, answer, expand: expanded } = await askPage(walk, url, { limit, expand })
    url ??= answer.url
    const next = nextPage(context, answer, route)
    visited.add(fingerprint(url))
    if (next !== undefined) {
      checkNext(next, visited, answer)
      progress.check(items, traceOf(url, 200, answer.headers))
    }
    const { requests, wireBytes, budget } = answer
    const omitted = expand.filter((property) => !expanded.includes(property))
    yield { items, url, next, omitted, number, wireBytes, requests, serverTimeMs: serverTimeMs(answer), budget }
    if (next === undefined) return
    url = next
  }
}

function serverTimeMs({ headers }: Answer): number | undefined {
  return httpDateOf(headers['date'] ?? '')
}

function savedPage(context: HubContext, url: string, route: string, kind: RepoKind, parameters: ListParameters): string {
  const query = listQuery({ ...parameters, expand: expandOf(kind, parameters) })
  return nextPageAddress(context, url, { url: route, route, query }, { url })
}

function nextPage(context: HubContext, { url, headers }: Answer, route: string): string | undefined {
  const link = nextLink(headers['link'])
  if (link === undefined) return undefined
  return nextPageAddress(context, link, { url, route, query: new URL(url).searchParams }, traceOf(url, 200, headers))
}

function checkNext(next: string, visited: ReadonlySet<string>, { url, headers }: Answer): void {
  if (!visited.has(fingerprint(next))) return
  throw new BrokenLink(
    'The link to the next page leads back to a page of this walk, expected a new one. Start the walk again.',
    traceOf(url, 200, headers),
  )
}

/** A whole walk has thousands of links of a kilobyte or two, so only digests of the places they lead to are kept. */
function fingerprint(url: string): string {
  return hash('sha1', placeOf(url), 'base64')
}
