import type { Network } from '../network/outbound-agent.ts'
import { type Whoami, whoami, whoamiOnce } from './account/whoami.ts'
import type { WaitLimit } from './budget/budget.ts'
import { type Budgets, createBudgets } from './budget/budgets.ts'
import type { Priority } from './budget/priority.ts'
import { RequestLimit } from './budget/request-limit.ts'
import { type Clock, systemClock } from './clock.ts'
import { type CollectionsClient, collectionsClient } from './collections/collections-client.ts'
import type { HubContext } from './context.ts'
import { type DiscoverClient, discoverClient } from './discover/discover-client.ts'
import { apiUrl, type Endpoint, parseEndpoint } from './endpoint.ts'
import { BrokenAnswer } from './errors.ts'
import type { HubEvent, RequestCounts } from './events.ts'
import { type FilesClient, filesClient } from './files/files-client.ts'
import type { WriteOptions } from './http/change-once.ts'
import { type ReadAnswer, readPath } from './http/read-path.ts'
import { Requester } from './http/requester.ts'
import { traceOf } from './http/response-error.ts'
import { Transport } from './http/transport/transport.ts'
import { isObject } from './is-object.ts'
import type { RepoKind } from './kinds.ts'
import { type ListOptions, type ListPage, listPages } from './listing/list-pages.ts'
import type { ListParameters } from './listing/list-parameters.ts'
import { SupportedFields } from './listing/supported-fields.ts'
import { type DetailOptions, type RepoAnswer, repoDetail } from './repos/detail.ts'
import { type FileOptions, fileAt, type RepoFile, repoFile } from './repos/files.ts'
import { type ParquetListing, type ParquetOptions, parquetListing, parquetPath } from './repos/parquet-listing.ts'
import { repoTotals } from './repos/totals.ts'
import {
  type CreatedRepo,
  createRepo,
  deleteRepo,
  duplicateRepo,
  likeRepo,
  moveRepo,
  type NewRepo,
  type RepoSettings,
  updateRepoSettings,
} from './repos/writes.ts'
import { type ViewerClient, viewerClient } from './viewer/viewer-client.ts'
import { type WebhooksClient, webhooksClient } from './webhooks/webhooks-client.ts'

export interface HubClientOptions {
  /** Such as `https://huggingface.co`. No other host gets requests, except for files (see `allowFileHosts`). */
  endpoint: string
  token?: string | undefined
  /** @default 'hubdex' */
  userAgent?: string | undefined
  /** @default 10,000 */
  connectTimeoutMs?: number | undefined
  /** From the request to the headers of the answer. Pages deep in a listing are slow. @default 60,000 */
  headersTimeoutMs?: number | undefined
  /** How long a body may pause. @default 30,000 */
  bodyTimeoutMs?: number | undefined
  /** From connecting to the last byte of an answer. Restarts with each redirect and retry. @default 300,000 */
  exchangeTimeoutMs?: number | undefined
  /** Applies to the compressed and the decompressed body; the other bounds follow from it. @default 32 MiB */
  maxResponseBytes?: number | undefined
  /** Connections, and thereby requests in flight at a time. @default 8 */
  connections?: number | undefined
  /** How often a request is sent again after a passing failure. A 429 does not count. @default 5 */
  retries?: number | undefined
  /** Before the first retry. Doubles with each further one, plus jitter. @default 1,000 */
  retryDelayMs?: number | undefined
  /** 429s in a row for one request before it fails with RetryLater. @default 10 */
  maxConsecutive429s?: number | undefined
  /** If the server asks for a longer wait, the request fails with RetryLater. @default 900,000 */
  maxWaitMs?: number | undefined
  /** Requests that this client may send in total; then it throws RequestLimitReached. @default no limit */
  maxRequests?: number | undefined
  /** Whether files may come from other hosts, to which the Hub redirects. These never get the token. @default true */
  allowFileHosts?: boolean | undefined
  /** File hosts that may use http and have private addresses, each with its port unless that is the default. */
  fileHosts?: readonly string[] | undefined
  /** Proxies and trusted certificates. @default no proxy, and the certificates that Node.js trusts */
  network?: Network | undefined
  /** Shared with other clients of the same token. @default budgets of its own */
  budgets?: Budgets | undefined
  clock?: Clock | undefined
  onEvent?: ((event: HubEvent) => void) | undefined
}

/** The Hub's API. Every method throws a HubError whose class says what to do, or the signal's reason when it aborts. */
export interface HubClient {
  listPages(kind: RepoKind, parameters: ListParameters, options?: ListOptions): AsyncIterable<ListPage>
  repoDetail(kind: RepoKind, id: string, options?: DetailOptions): Promise<RepoAnswer>
  /** All known tags by type, as they came; only those of `type` if it is given. */
  tagsByType(
    kind: 'model' | 'dataset',
    options?: { type?: string | undefined; signal?: AbortSignal | undefined },
  ): Promise<Record<string, unknown>>
  /** About how many repos of each kind exist, if the server reports it. Not retried. */
  repoTotals(options?: { signal?: AbortSignal | undefined }): Promise<Partial<Record<RepoKind, number>>>
  /** The Parquet files that the Hub has made of a dataset. */
  parquetListing(id: string, options?: ParquetOptions): Promise<ParquetListing>
  /** The address of file `number` of a split, counted from 0. It redirects to the file. */
  parquetUrl(id: string, config: string, split: string, number: number): string
  /** A file of a repo, or a part of it. */
  repoFile(kind: RepoKind, id: string, path: string, options: FileOptions): Promise<RepoFile>
  /** The same by the file's URL, which must be on the Hub. */
  fileAt(url: string, options: FileOptions): Promise<RepoFile>
  /** Creates a repo. Needs a token, as the other changes do. */
  createRepo(kind: RepoKind, repo: NewRepo, options?: WriteOptions): Promise<CreatedRepo>
  deleteRepo(kind: RepoKind, id: string, options?: WriteOptions): Promise<void>
  /** Renames a repo; the old name then redirects to the new one. */
  moveRepo(kind: RepoKind, from: string, to: string, options?: WriteOptions): Promise<void>
  updateRepoSettings(kind: RepoKind, id: string, settings: RepoSettings, options?: WriteOptions): Promise<void>
  /** Copies a repo with its files; returns the address of the copy's page. */
  duplicateRepo(
    kind: RepoKind,
    from: string,
    copy: Parameters<typeof duplicateRepo>[3],
    options?: WriteOptions,
  ): Promise<string>
  likeRepo(kind: RepoKind, id: string, isLiked: boolean, options?: WriteOptions): Promise<void>
  /** The account of the token. Requested once per client. */
  whoami(): Promise<Whoami>
  readonly collections: CollectionsClient
  readonly webhooks: WebhooksClient
  /**
   * A view of this client whose requests have another priority for the budget. With `maxRequests` it throws
   * RequestLimitReached after that many; with `waitLimit` it throws QuotaExhausted when the budget makes it wait longer.
   * Connections, budgets and counts are shared; closing one closes both.
   */
  withPriority(priority: Priority, options?: { maxRequests?: number; waitLimit?: WaitLimit }): HubClient
  readonly files: FilesClient
  readonly discover: DiscoverClient
  readonly viewer: ViewerClient
  /** Any path of the Hub, such as `/api/models?limit=1`. */
  read(path: string, options: { maxBytes: number; signal?: AbortSignal | undefined }): Promise<ReadAnswer>
  /** Requests sent so far. */
  readonly requestCounts: Readonly<RequestCounts>
  readonly budgets: Budgets
  /** Closes the connections. Requests in flight fail. */
  close(): Promise<void>
}

/** @throws TypeError when the endpoint is not a usable URL, or the token cannot be sent in a header */
export function createHubClient(options: HubClientOptions): HubClient {
  const endpoint = parseEndpoint(options.endpoint)
  const clock = options.clock ?? systemClock
  const connections = options.connections ?? 8
  const budgets = options.budgets ?? createBudgets({ clock, maxInFlight: connections })
  const onEvent = options.onEvent ?? (() => undefined)
  const maxResponseBytes = options.maxResponseBytes ?? 32 * 1024 * 1024
  const fileHosts = options.fileHosts ?? []
  const transport = new Transport({
    endpoint,
    token: checkedToken(options.token),
    userAgent: options.userAgent ?? 'hubdex',
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    headersTimeoutMs: options.headersTimeoutMs ?? 60_000,
    bodyTimeoutMs: options.bodyTimeoutMs ?? 30_000,
    exchangeTimeoutMs: options.exchangeTimeoutMs ?? 300_000,
    connections,
    network: options.network ?? {},
    fileHosts,
  })
  const requester = new Requester({
    endpoint,
    transport,
    budgets,
    clock,
    retries: options.retries ?? 5,
    retryDelayMs: options.retryDelayMs ?? 1000,
    maxConsecutive429s: options.maxConsecutive429s ?? 10,
    maxWaitMs: options.maxWaitMs ?? 900_000,
    maxRequests: options.maxRequests ?? Number.POSITIVE_INFINITY,
    maxResponseBytes,
    allowFileHosts: options.allowFileHosts ?? true,
    fileHosts,
    onEvent,
  })
  const readdressed = onceReported(endpoint, onEvent)
  const context = { endpoint, requester, supportedFields: new SupportedFields(onEvent), onEvent, readdressed }
  const shared = { budgets, requester, onEvent, whoami: whoamiOnce(() => whoami(context)), close: () => transport.close() }
  return clientOver(context, shared)
}

/** A mirror that passes on foreign addresses does so on every page. */
function onceReported({ origin, path }: Endpoint, onEvent: (event: HubEvent) => void): HubContext['readdressed'] {
  let isReported = false
  return (from) => {
    if (isReported) return
    isReported = true
    onEvent({ type: 'readdressed', from: from.origin, to: origin + path })
  }
}

/** What all views of a client share. */
interface SharedClient {
  budgets: Budgets
  requester: Requester
  onEvent: (event: HubEvent) => void
  whoami(): Promise<Whoami>
  close(): Promise<void>
}

function clientOver(context: HubContext, shared: SharedClient): HubClient {
  const { endpoint, requester } = context
  const { budgets, onEvent, close } = shared
  return {
    budgets,
    get requestCounts() {
      return shared.requester.counts
    },
    listPages: (kind, parameters, listOptions = {}) => listPages(context, kind, parameters, listOptions),
    repoDetail: async (kind, id, detailOptions = {}) => {
      const answer = await repoDetail(context, kind, id, detailOptions)
      if (answer.moved !== undefined) onEvent({ type: 'moved', kind, ...answer.moved })
      return answer
    },
    tagsByType: async (kind, { type, signal } = {}) => {
      const query = new URLSearchParams(type === undefined ? [] : [['type', type]])
      const { json, url, headers } = await requester.request(apiUrl(endpoint, `${kind}s-tags-by-type`, query), {
        route: 'fixed',
        answer: 'tags',
        signal,
      })
      if (isObject(json)) return json
      throw new BrokenAnswer(`The tags of ${kind}s were not a JSON object, expected one.`, traceOf(url, 200, headers))
    },
    repoTotals: ({ signal } = {}) => repoTotals(context, signal),
    parquetListing: (id, listingOptions) => parquetListing(context, id, listingOptions),
    parquetUrl: (id, config, split, number) => apiUrl(endpoint, parquetPath(id, config, split, number)),
    repoFile: (kind, id, path, fileOptions) => repoFile(context, kind, id, path, fileOptions),
    fileAt: (url, fileOptions) => fileAt(context, url, fileOptions),
    createRepo: (kind, repo, writeOptions) => createRepo(context, kind, repo, writeOptions),
    deleteRepo: (kind, id, writeOptions) => deleteRepo(context, kind, id, writeOptions),
    moveRepo: (kind, from, to, writeOptions) => moveRepo(context, kind, from, to, writeOptions),
    updateRepoSettings: (kind, id, settings, writeOptions) => updateRepoSettings(context, kind, id, settings, writeOptions),
    duplicateRepo: (kind, from, copy, writeOptions) => duplicateRepo(context, kind, from, copy, writeOptions),
    likeRepo: (kind, id, isLiked, writeOptions) => likeRepo(context, kind, id, isLiked, writeOptions),
    whoami: shared.whoami,
    collections: collectionsClient(context),
    webhooks: webhooksClient(context),
    files: filesClient(context),
    discover: discoverClient(context),
    viewer: viewerClient(context),
    read: (path, options) => readPath(context, path, options),
    withPriority: (priority, { maxRequests, waitLimit } = {}) => {
      const limit = maxRequests === undefined ? undefined : new RequestLimit(maxRequests)
      const asker: HubContext['requester'] = {
        request: (url, call) => shared.requester.request(url, { priority, limit, waitLimit, ...call }),
        file: (url, call) => shared.requester.file(url, { priority, limit, waitLimit, ...call }),
        change: (url, call) => shared.requester.change(url, { priority, limit, waitLimit, ...call }),
      }
      return clientOver({ ...context, requester: asker }, shared)
    },
    close,
  }
}

/** An empty token counts as none. */
function checkedToken(token: string | undefined): string | undefined {
  if (token === undefined || token === '') return undefined
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new TypeError('The token contains a blank or an unusual character. Expected one like hf_…; correct HF_TOKEN.')
}
