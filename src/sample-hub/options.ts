import type { Fault } from './faults/fault.ts'
import { generateShelves } from './generator/generate-shelves.ts'
import type { WebhookTarget } from './life/webhook-sender.ts'
import type { Shelves } from './memory-store.ts'
import { loadPayloads } from './shelves/load-payloads.ts'
import { PayloadShelf } from './shelves/payload-shelf.ts'

export interface SampleHubOptions {
  /** @default 127.0.0.1 */
  readonly host?: string
  /** @default 0, any free port */
  readonly port?: number

  /** How many repos to generate, over all kinds. @default 3000 */
  readonly repos?: number
  /** @default 1 */
  readonly seed?: number
  /** A directory of `{models,datasets,spaces}.jsonl[.gz]` to serve in place of generated repos. */
  readonly data?: string
  /**
   * Payloads to serve in place of generated repos. Fields of our own, which are never served, say what stands in their
   * files: `sampleReadme` and `sampleParquet`; so they do in a commit.
   */
  readonly payloads?: {
    readonly models?: Iterable<unknown>
    readonly datasets?: Iterable<unknown>
    readonly spaces?: Iterable<unknown>
  }

  /** Requests a window; 0 for no limit and no rate headers. @default as on the Hub: 500, with a token 1,000 */
  readonly quota?: number
  /** The same for files, which have a quota of their own. @default five times that of the API */
  readonly resolversQuota?: number
  /** What single tokens have instead of `quota`. @default nothing */
  readonly quotas?: Readonly<Record<string, number>>
  /**
   * True sends readers of large files, Parquet among them, to another port, as the real Hub sends them to another host.
   * That one refuses whoever shows it a token. @default false
   */
  readonly fileHost?: boolean
  /** @default 300 */
  readonly windowSecs?: number
  /** The tokens that are good. @default any that looks like one of the Hub's */
  readonly tokens?: readonly string[]
  /** False ignores `direction=1` altogether. @default true */
  readonly ascendingCreatedAt?: boolean
  /** Values of `expand` that lists refuse though details take them. @default none */
  readonly expandRefusedOnLists?: readonly string[]
  /** True answers 403 for the details of a disabled repo, in place of `disabled: true`. @default false */
  readonly refuseDisabled?: boolean
  /** Changes a second that the Hub makes by itself, as the real one changes. @default 0 */
  readonly churn?: number
  /** Where to post the Hub's webhook payloads about every change but those of counters. @default nowhere */
  readonly webhook?: WebhookTarget
  /** What is to go wrong; `parseFault` reads one from text. The seed decides between chances. @default nothing */
  readonly faults?: readonly Fault[]
  /** Is told the path and query of every request as it comes. @default nobody is */
  readonly onRequest?: (url: string) => void
  /**
   * How long after a commit the Hub has converted a dataset to Parquet, by its own clock. Until then it serves what it has,
   * of a new dataset nothing. Datasets that it starts with are converted. @default 0
   */
  readonly conversionDelayMs?: number
  /** How long every answer waits. @default 0 */
  readonly latencyMs?: number
  /**
   * The Hub's clock, in milliseconds since 1970: of the rate limit, of the dates of changes and of churn. Generated repos
   * know of dates up to November 2026; where the clock is behind those at the start, changes are dated as far ahead.
   *
   * @default Date.now
   */
  readonly now?: () => number
}

/** The repos that the options ask for. */
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
