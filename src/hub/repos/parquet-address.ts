import type { HubContext } from '../context.ts'
import { apiUrl, homeOf } from '../endpoint.ts'
import { isSegment, repoPath } from './path.ts'

/** The dataset, config and split for which an address was listed. */
export interface ParquetPlace {
  id: string
  config: string
  split: string
}

/**
 * The URL of a listed file on the endpoint. Listings contain names with `#`, `?`, `%` or blanks both escaped and unescaped, and
 * `…/parquet/c#/train/0.parquet` as it stands requests another file. So the URL is rebuilt from the names of config and split,
 * if it is a URL of these. A mirror lists the URLs of the Hub behind it; these files are requested from the endpoint.
 *
 * A URL of any other form is returned unchanged.
 */
export function parquetAddress(
  { endpoint, readdressed }: Pick<HubContext, 'endpoint' | 'readdressed'>,
  listed: string,
  { id, config, split }: ParquetPlace,
): string {
  const slash = listed.lastIndexOf('/')
  const file = listed.slice(slash + 1)
  const folder = `/parquet/${config}/${split}`
  const found = [listed.slice(0, slash), decoded(listed.slice(0, slash))].find((text) => text.endsWith(folder))
  const dataset = found === undefined ? null : URL.parse(found.slice(0, -folder.length), endpoint.origin)
  if (dataset === null || !/^\d{1,9}\.parquet$/.test(file)) return listed

  const home = homeOf(dataset, endpoint)
  const url = apiUrl(endpoint, repoPath('dataset', id, undefined))
  if (home.href.toLowerCase() !== url.toLowerCase() || !isSegment(config) || !isSegment(split)) return listed
  if (home.href !== dataset.href) readdressed(dataset)
  return `${url}/parquet/${encodeURIComponent(config)}/${encodeURIComponent(split)}/${file}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // In an unescaped name, a percent sign may be followed by anything.
    return text
  }
}
