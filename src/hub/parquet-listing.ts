import { apiUrl } from './endpoint.ts'
import { Refused, RepoNotFound } from './errors.ts'
import type { HubContext } from './hub-context.ts'
import { isObject } from './is-object.ts'
import { parquetAddress } from './parquet-address.ts'
import { repoPath } from './repo-path.ts'

export interface ParquetSplit {
  config: string
  split: string
  /** Addresses of the files in order: on the endpoint where they are those of this split, else as listed. */
  urls: string[]
}

export interface ParquetListing {
  splits: ParquetSplit[]
  /** Why there are none. */
  reason: string | undefined
}

/** What a listing without names for them puts its files under. */
const UNNAMED = 'default'

/**
 * Which Parquet files the Hub has of a dataset. It does not tell apart why it has none, and there are many reasons: not
 * converted yet, viewer switched off, private.
 *
 * @throws Refused with `isGated`; HubError where the Hub had trouble
 */
export async function parquetListing(
  context: HubContext,
  id: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<ParquetListing> {
  const url = apiUrl(context.endpoint, `${repoPath('dataset', id, undefined)}/parquet`)
  try {
    const { json } = await context.requester.request(url, { route: 'repo', answer: 'files', signal })
    const splits = readListing(json).map(({ urls, ...split }) => ({
      ...split,
      urls: urls.map((listed) => parquetAddress(context, listed, { id, ...split })),
    }))
    return { splits, reason: splits.length === 0 ? 'The Hub lists no Parquet files.' : undefined }
  } catch (error) {
    const isNone = error instanceof RepoNotFound || (error instanceof Refused && !error.isGated && error.status !== 403)
    if (!isNone) throw error
    return { splits: [], reason: `The Hub has no Parquet files (${error.status}).` }
  }
}

/** Config to split to addresses; a level may be missing, as in the listings of one config or one split. */
function readListing(json: unknown): ParquetSplit[] {
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
