import { apiUrl, homeOf } from './endpoint.ts'
import type { HubContext } from './hub-context.ts'
import { isSegment, repoPath } from './repo-path.ts'

/** Which file of which dataset an address was listed for. */
export interface ParquetPlace {
  id: string
  config: string
  split: string
}

/**
 * The address of a listed file on the endpoint. Listings write names with `#`, `?`, `%` or blanks in them with and without
 * escapes, and `…/parquet/c#/train/0.parquet` as it stands asks for another file: where an address is the one of this
 * config and split, it is made anew from their names. A mirror lists the addresses of the Hub behind it; these are asked
 * for on the endpoint.
 *
 * An address of another form stays as it is, and says what its URL says.
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
    // Unescaped, a percent sign may stand before anything.
    return text
  }
}
