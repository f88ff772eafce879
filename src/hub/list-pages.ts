import { hash } from 'node:crypto'
import type { BudgetSnapshot } from './budget.ts'
import { apiUrl, checkLink } from './endpoint.ts'
import { BrokenAnswer } from './errors.ts'
import type { HubContext } from './hub-context.ts'
import { traceOf } from './judge.ts'
import { pluralOf, type RepoKind } from './kinds.ts'
import { expandOf, type ListParameters, listQuery } from './list-parameters.ts'
import { nextLink } from './next-link.ts'
import type { Answer } from './requester.ts'
import { WalkProgress } from './walk-progress.ts'

export interface ListPage {
  /** As they came: nothing in them has been checked. */
  items: unknown[]
  /** Where the page was asked for. */
  url: string
  /** Where the following page is, verbatim; undefined on the last. Save it to go on from here later. */
  next: string | undefined
  /** Counts from 1 in each walk. */
  number: number
  /** Over the wire. */
  wireBytes: number
  /** What the page cost, refusals, retries and redirects included. */
  requests: number
  /** The server's clock when it answered, milliseconds since 1970, where it told. */
  serverTimeMs: number | undefined
  budget: BudgetSnapshot | undefined
}

export interface ListOptions {
  /** A saved `next` link to go on from; the parameters are then those within the link. */
  from?: { url: string } | undefined
  signal?: AbortSignal | undefined
}

/** The Hub lists 1,000 at most; a server that knows no pages may send all it has. */
const MAX_ITEMS = 100_000

/**
 * Walks a listing page by page, to the end or until the caller stops. The next page is only asked for when the caller
 * wants it; ask early to overlap the network with other work.
 *
 * @throws BrokenAnswer when a link leads elsewhere or in a circle, a page is no list, or too many bring nothing new;
 * HubError otherwise
 */
export async function* listPages(
  context: HubContext,
  kind: RepoKind,
  parameters: ListParameters,
  { from, signal }: ListOptions,
): AsyncGenerator<ListPage, void, void> {
  const { endpoint, requester } = context
  const route = apiUrl(endpoint, pluralOf[kind])
  if (from !== undefined) checkLink(from.url, route, { url: from.url })
  const visited = new Set<string>()
  const progress = new WalkProgress()
  let url = from?.url
  for (let number = 1; ; number++) {
    const answer: Answer =
      url === undefined
        ? await firstPage(context, kind, parameters, signal)
        : await requester.request(url, { route: 'fixed', answer: 'page', signal })
    url ??= answer.url
    const items = itemsOf(answer, kind, url)
    const next = nextLink(answer.headers['link'])
    visited.add(fingerprint(url))
    if (next !== undefined) {
      checkNext(next, route, visited, answer)
      progress.check(items, traceOf(url, 200, answer.headers))
    }
    const { requests, wireBytes, budget } = answer
    yield { items, url, next, number, wireBytes, requests, serverTimeMs: serverTimeMs(answer), budget }
    if (next === undefined) return
    url = next
  }
}

async function firstPage(
  { endpoint, requester, expandMemory }: HubContext,
  kind: RepoKind,
  parameters: ListParameters,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const { result, refusals } = await expandMemory.ask(kind, 'listing', expandOf(kind, parameters), (expand) =>
    requester.request(apiUrl(endpoint, pluralOf[kind], listQuery({ ...parameters, expand })), {
      route: 'fixed',
      answer: 'page',
      signal,
    }),
  )
  return { ...result, requests: result.requests + refusals }
}

function serverTimeMs({ headers }: Answer): number | undefined {
  const time = Date.parse(headers['date'] ?? '')
  return Number.isNaN(time) ? undefined : time
}

function itemsOf({ json, headers }: Answer, kind: RepoKind, url: string): unknown[] {
  if (Array.isArray(json)) {
    if (json.length <= MAX_ITEMS) return json
    throw new BrokenAnswer(
      `A page of ${pluralOf[kind]} came with ${json.length.toLocaleString('en-US')} repos, expected 1,000 at most. ` +
        "Set the endpoint to a server that speaks the Hub's API.",
      { ...traceOf(url, 200, headers), isTooLarge: true },
    )
  }
  throw new BrokenAnswer(
    `The list of ${pluralOf[kind]} came as ${json === null ? 'null' : typeof json}, expected a JSON array. ` +
      "Set the endpoint to a server that speaks the Hub's API.",
    traceOf(url, 200, headers),
  )
}

function checkNext(next: string, route: string, visited: ReadonlySet<string>, { url, headers }: Answer): void {
  const details = traceOf(url, 200, headers)
  checkLink(next, route, details)
  if (!visited.has(fingerprint(next))) return
  throw new BrokenAnswer(
    'The link to the next page leads back to a page of this walk, expected a new one. Begin the walk again.',
    details,
  )
}

/** A whole walk has thousands of links of a kilobyte or two; their digests are all that is kept. */
function fingerprint(url: string): string {
  return hash('sha1', url, 'base64')
}
