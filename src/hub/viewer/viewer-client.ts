import type { HubContext } from '../context.ts'
import type { Endpoint } from '../endpoint.ts'
import { BrokenAnswer, Refused } from '../errors.ts'
import { traceOf } from '../http/response-error.ts'
import { isObject } from '../is-object.ts'
import { parseJson } from '../parse-json.ts'

interface ViewerOptions {
  signal?: AbortSignal | undefined
}

interface ConfigOptions extends ViewerOptions {
  /** @default all configs */
  config?: string | undefined
}

type JsonObject = Record<string, unknown>

/**
 * The dataset viewer, a service of its own. Answers are as they came, except that each is an object. It gets no token unless it
 * is on the host of the Hub.
 *
 * Every method throws RepoNotFound for a dataset without a view, Refused (501) where views are disabled, and RetryLater while one
 * is being made.
 */
export interface ViewerClient {
  /** What the viewer offers: `viewer`, `preview`, `search`, `filter`, `statistics`. */
  isValid(dataset: string, options?: ViewerOptions): Promise<JsonObject>
  /** `splits`: config and split of each. */
  splits(dataset: string, options?: ConfigOptions): Promise<JsonObject>
  /** `parquet_files`: address and size of each; with a config also its `features`. */
  parquet(dataset: string, options?: ConfigOptions): Promise<JsonObject>
  /** `size`: rows and bytes of dataset, configs and splits. */
  size(dataset: string, options?: ConfigOptions): Promise<JsonObject>
  /** `dataset_info`: features and splits, by config unless one is given. */
  info(dataset: string, options?: ConfigOptions): Promise<JsonObject>
  /** `statistics`: one entry per column. */
  statistics(dataset: string, config: string, split: string, options?: ViewerOptions): Promise<JsonObject>
}

const HUB = 'https://huggingface.co'
const VIEWER_OF_HUB = 'https://datasets-server.huggingface.co'
const MAX_BYTES = 32 * 1024 * 1024

export function viewerClient(context: HubContext): ViewerClient {
  const read = async (route: string, given: Record<string, string | undefined>, signal: AbortSignal | undefined) => {
    const query = new URLSearchParams(
      Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    )
    const url = `${viewerUrl(context.endpoint)}/${route}?${query}`
    const { body, headers } = await context.requester.file(url, { route: 'repo', maxBytes: MAX_BYTES + 1, signal })
    if (body.length > MAX_BYTES) throw new Refused(`${url} is larger than ${MAX_BYTES} bytes.`, { url })
    const json = parsed(body.toString('utf8'))
    if (isObject(json)) return json
    throw new BrokenAnswer(`${url} was answered without a JSON object, expected one.`, traceOf(url, 200, headers))
  }
  return {
    isValid: (dataset, { signal } = {}) => read('is-valid', { dataset }, signal),
    splits: (dataset, { config, signal } = {}) => read('splits', { dataset, config }, signal),
    parquet: (dataset, { config, signal } = {}) => read('parquet', { dataset, config }, signal),
    size: (dataset, { config, signal } = {}) => read('size', { dataset, config }, signal),
    info: (dataset, { config, signal } = {}) => read('info', { dataset, config }, signal),
    statistics: (dataset, config, split, { signal } = {}) => read('statistics', { dataset, config, split }, signal),
  }
}

/** The Hub's viewer has a host of its own. A sample Hub serves it under `/viewer`. */
function viewerUrl({ origin, path }: Endpoint): string {
  return origin === HUB ? VIEWER_OF_HUB : `${origin}${path}/viewer`
}

function parsed(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    // The caller reports it.
    return undefined
  }
}
