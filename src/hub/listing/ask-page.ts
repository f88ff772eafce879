import type { HubContext } from '../context.ts'
import { apiUrl } from '../endpoint.ts'
import { BadPage, BrokenAnswer, HubError, NotAuthorized, RequestLimitReached, RetryLater } from '../errors.ts'
import type { Call, Cost } from '../http/attempt.ts'
import type { Answer } from '../http/requester.ts'
import { traceOf } from '../http/response-error.ts'
import { pluralOf, type RepoKind } from '../kinds.ts'
import { type ListParameters, listQuery } from './list-parameters.ts'
import type { Narrowing } from './narrowing.ts'
import { type PageShape, shapedLink } from './page-shape.ts'

/** A page that failed in its usual shape is retried only once in another: there are further shapes to try. */
const NARROW_RETRIES = 1
/** The Hub lists 1,000 at most, but a server without paging may send all it has. */
const MAX_ITEMS = 100_000

/** The walk to which a page belongs. */
export interface PageWalk {
  context: HubContext
  kind: RepoKind
  parameters: ListParameters
  /** Finds a way past a failing page. Without it, a failing page ends the walk. */
  narrowing: Narrowing | undefined
  signal: AbortSignal | undefined
}

export interface AskedPage {
  items: unknown[]
  answer: Answer
  /** The properties that were requested. */
  expand: readonly string[]
}

/**
 * Requests the page at `url`, or the first page. If the walk has a narrowing, a page that fails is requested again in smaller
 * and lighter shapes.
 *
 * @throws BadPage when the page fails in every shape while other pages answer; HubError otherwise
 */
export async function askPage(walk: PageWalk, url: string | undefined, shape: PageShape): Promise<AskedPage> {
  const { narrowing, signal } = walk
  const cost: Cost = { requests: 0, wireBytes: 0 }
  if (narrowing === undefined) return await ask(walk, url, shape, { cost })
  for (;;) {
    const { isNarrowed } = narrowing
    try {
      const page = await ask(walk, url, narrowing.shape, { cost, retries: isNarrowed ? NARROW_RETRIES : undefined })
      narrowing.came(page.items.length)
      return page
    } catch (error) {
      signal?.throwIfAborted()
      if (!isOfPage(error)) throw error
      if (!isNarrowed && !(await doesAnswer(walk, cost))) throw error
      if (narrowing.narrow()) walk.context.onEvent({ type: 'page-narrowed', kind: walk.kind, reason: error.finding })
      else throw new BadPage(error, cost.requests)
    }
  }
}

async function ask(
  { context, kind, parameters, narrowing, signal }: PageWalk,
  url: string | undefined,
  shape: PageShape,
  { cost, retries }: Pick<Call, 'retries'> & { cost: Cost },
): Promise<AskedPage> {
  const { endpoint, requester, supportedFields } = context
  const { result } = await supportedFields.ask(kind, 'listing', shape.expand, async (expand) => {
    const target =
      url === undefined
        ? apiUrl(endpoint, pluralOf[kind], listQuery({ ...parameters, limit: shape.limit, expand }))
        : shapedLink(url, { limit: shape.limit, expand }, narrowing?.isNarrowed ?? false)
    return await requester.request(target, { route: 'fixed', answer: 'page', signal, cost, retries })
  })
  const answer = { ...result, ...cost }
  return { items: itemsOf(answer, kind, result.url), answer, expand: shape.expand }
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
    `The list of ${pluralOf[kind]} was ${json === null ? 'null' : typeof json}, expected a JSON array. ` +
      "Set the endpoint to a server that speaks the Hub's API.",
    traceOf(url, 200, headers),
  )
}

/** Whether the page itself may be at fault, and not the caller, its limits or the network. */
function isOfPage(error: unknown): error is HubError {
  if (error instanceof BrokenAnswer) return true
  return error instanceof RetryLater && error.status !== 429 && !error.isUnreachable
}

/**
 * Whether the Hub answers this list at all. Asks for the first repo from either end, because the bad page may be at one end.
 * If both fail, the Hub is at fault, and narrowing would not help.
 */
async function doesAnswer(walk: PageWalk, cost: Cost): Promise<boolean> {
  for (const direction of [-1, 1] as const) {
    const parameters = { sort: 'createdAt', direction }
    try {
      await ask({ ...walk, parameters }, undefined, { limit: 1, expand: ['createdAt'] }, { cost, retries: NARROW_RETRIES })
      return true
    } catch (error) {
      walk.signal?.throwIfAborted()
      if (!(error instanceof HubError) || error instanceof RequestLimitReached || error instanceof NotAuthorized) throw error
    }
  }
  return false
}
