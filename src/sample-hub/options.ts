import type { Fault } from './faults/fault.ts'
import { generateShelves } from './generator/generate-shelves.ts'
import type { WebhookTarget } from './life/webhook-sender.ts'
import type { Shelves } from './memory-store.ts'
import type { People } from './people/people.ts'
import { loadPayloads } from './shelves/load-payloads.ts'
import { PayloadShelf } from './shelves/payload-shelf.ts'

export interface SampleHubOptions {
  /** @default 127.0.0.1 */
  readonly host?: string
  /** @default 0, any free port */
  readonly port?: number

  /** Number of repos to generate, of all kinds together. @default 3000 */
  readonly repos?: number
  /** @default 1 */
  readonly seed?: number
  /** A directory with `{models,datasets,spaces,collections}.jsonl[.gz]` to serve instead of generated repos. */
  readonly data?: string
  /**
   * Payloads to serve instead of generated repos. The internal fields `sampleReadme` and `sampleParquet`, which are never
   * served, determine the content of files. Commits can set them, too.
   */
  readonly payloads?: {
    readonly models?: Iterable<unknown>
    readonly datasets?: Iterable<unknown>
    readonly spaces?: Iterable<unknown>
    readonly collections?: Iterable<unknown>
  }

  /** Requests per window; 0 for no limit and no rate limit headers. @default as on the Hub, by plan: 500 without a token */
  readonly quota?: number
  /** Requests per window for files, which have a separate quota. @default as on the Hub, or five times `quota` */
  readonly resolversQuota?: number
  /** Quotas of single tokens instead of `quota`. @default none */
  readonly quotas?: Readonly<Record<string, number>>
  /** Redirects readers of large files to another port, which refuses tokens, as the real Hub does. @default false */
  readonly fileHost?: boolean
  /** @default 300 */
  readonly windowSecs?: number
  /** Users and organizations; `hf_NAME` is the token of the user NAME. @default SAMPLE_PEOPLE */
  readonly people?: People
  /** Calls of whoami per window and user, which the Hub limits most. @default 60, or no limit with `quota: 0` */
  readonly whoamiQuota?: number
  /** A file that keeps changes, collections, webhooks and grants across restarts. @default all are lost */
  readonly state?: string
  /** The valid tokens. @default any that looks like one of the Hub's */
  readonly tokens?: readonly string[]
  /** False ignores `direction=1`. @default true */
  readonly ascendingCreatedAt?: boolean
  /** Values of `expand` that lists refuse although details accept them. @default none */
  readonly expandRefusedOnLists?: readonly string[]
  /** Answers 403 for the details of a disabled repo instead of `disabled: true`. @default false */
  readonly refuseDisabled?: boolean
  /** Random changes per second, as on the real Hub. @default 0 */
  readonly churn?: number
  /** Where to post the Hub's webhook payloads, about every change except those of counters. @default nowhere */
  readonly webhook?: WebhookTarget
  /** Faults to inject; `parseFault` parses one from text. The seed determines their chances. @default none */
  readonly faults?: readonly Fault[]
  /** Called with the path and query of every incoming request. */
  readonly onRequest?: (url: string, method: string) => void
  /**
   * How long after a commit a dataset is converted to Parquet, by the Hub's clock. Until then the Hub serves the old files, for
   * a new dataset none. Initial datasets are converted. @default 0
   */
  readonly conversionDelayMs?: number
  /** Delay of every response. @default 0 */
  readonly latencyMs?: number
  /**
   * The Hub's clock, in milliseconds since 1970, for the rate limit, the dates of changes and churn. Generated repos have dates
   * up to November 2026. If the clock is behind the latest of them at the start, changes are dated ahead by the difference.
   *
   * @default Date.now
   */
  readonly now?: () => number
}

/** Opens the repos that the options ask for. */
export async function openShelves(options: SampleHubOptions): Promise<Shelves> {
  const { data, payloads, repos } = options
  if ([data, payloads, repos].filter((source) => source !== undefined).length > 1) {
    throw new Error('A sample Hub has one source: expected only one of repos, data and payloads')
  }
  if (data !== undefined) return loadPayloads(data)
  if (payloads === undefined) return generateShelves(repos ?? 3000, options.seed ?? 1)
  return {
    model: new PayloadShelf('model', payloads.models),
    dataset: new PayloadShelf('dataset', payloads.datasets),
    space: new PayloadShelf('space', payloads.spaces),
  }
}
