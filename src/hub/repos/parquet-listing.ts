import type { HubContext } from '../context.ts'
import { apiUrl } from '../endpoint.ts'
import { Refused, RepoNotFound } from '../errors.ts'
import { isObject } from '../is-object.ts'
import { parquetAddress } from './parquet-address.ts'
import { belowRepo } from './path.ts'

export interface ParquetSplit {
  config: string
  split: string
  /** URLs of the files in order: on the endpoint if they belong to this split, otherwise as listed. */
  urls: string[]
}

export interface ParquetListing {
  splits: ParquetSplit[]
  /** Why there are no splits. */
  reason: string | undefined
}

export interface ParquetOptions {
  /** Only this config. */
  config?: string | undefined
  /** Only this split of the config. */
  split?: string | undefined
  signal?: AbortSignal | undefined
}

/** The config and split for files of a listing that does not name them. */
const UNNAMED = 'default'

/**
 * The Parquet files that the Hub has made of a dataset. The Hub does not say why a dataset has none: it may not be converted
 * yet, be private, or have its viewer disabled.
 *
 * @throws Refused with `isGated`; HubError when the Hub fails
 */
export async function parquetListing(
  context: HubContext,
  id: string,
  { config, split, signal }: ParquetOptions = {},
): Promise<ParquetListing> {
  const names = [config, config === undefined ? undefined : split].filter((name) => name !== undefined)
  const url = apiUrl(context.endpoint, belowRepo('dataset', id, ['parquet', ...names]))
  try {
    const { json } = await context.requester.request(url, { route: 'repo', answer: 'files', signal })
    const splits = readListing(json, names).map(({ urls, ...split }) => ({
      ...split,
      urls: urls.map((listed) => parquetAddress(context, listed, { id, ...split })),
    }))
    return { splits, reason: splits.length === 0 ? 'The Hub lists no Parquet files.' : undefined }
  } catch (error) {
    const isDisabled = error instanceof Refused && error.isDisabled
    if (isDisabled) return { splits: [], reason: 'The Hub has disabled the dataset.' }
    const isNone = error instanceof RepoNotFound || (error instanceof Refused && !error.isGated && error.status !== 403)
    if (!isNone) throw error
    return { splits: [], reason: `The Hub has no Parquet files (${error.status}).` }
  }
}

/** The path of one file, below `/api/`. @throws Refused when a name cannot be part of a path */
export function parquetPath(id: string, config: string, split: string, number: number): string {
  return belowRepo('dataset', id, ['parquet', config, split, `${number}.parquet`])
}

/** Config to split to URLs. The levels that were asked for are missing. */
function readListing(json: unknown, [config, split]: readonly string[]): ParquetSplit[] {
  const [inConfig, inSplit] = [config ?? UNNAMED, split ?? UNNAMED]
  if (config !== undefined) return readLevels(split === undefined ? { [inConfig]: json } : { [inConfig]: { [inSplit]: json } })
  return readLevels(json)
}

/** A level may be missing. */
function readLevels(json: unknown): ParquetSplit[] {
  const splits: ParquetSplit[] = []
  const add = (config: string, split: string, files: unknown): void => {
    const urls = Array.isArray(files) ? files.filter((file) => typeof file === 'string') : []
    if (urls.length > 0) splits.push({ config, split, urls })
  }
  add(UNNAMED, UNNAMED, json)
  for (const [config, inConfig] of isObject(json) ? Object.entries(json) : []) {
    add(config, UNNAMED, inConfig)
    for (const [split, files] of isObject(inConfig) ? Object.entries(inConfig) : []) add(config, split, files)
  }
  return splits
}
