import pTimeout from 'p-timeout'
import { InvalidAddress } from '../../hub/repos/repo-address.ts'
import { counted } from '../../output/format.ts'
import { endpointsOf, type SearchableCatalog, searchCatalog } from '../../search/catalog-search.ts'
import { checkedQuery } from '../../search/checked-query.ts'
import { InvalidSearch } from '../../search/invalid-search.ts'
import { readFilters } from '../../search/read-search.ts'
import type { SearchDocument } from '../../search/search-document.ts'
import { escapeHtml } from '../http/html.ts'
import { hubUrlOf } from '../routes/api/named-repo.ts'

/** As in the address of the search; repeated parameters are arrays. */
export type SearchParameters = Readonly<Record<string, string | string[] | undefined>>

const MAX_HITS = 30
/** The page itself is more useful than a list that takes longer. */
const LIMIT_MS = 3_000

/** The search for browsers without script: a form, and a list or what is wrong with the search. */
export async function plainSearch(catalog: SearchableCatalog, parameters: SearchParameters, endpoint: string): Promise<string> {
  const words = textsOf(parameters['q'])[0] ?? ''
  const form =
    '<form action="search" role="search"><label>Search the catalog ' +
    `<input name="q" value="${escapeHtml(words)}" maxlength="1000"></label> <button>Search</button></form>`
  try {
    const { filters, ranges } = readFilters(textsOf(parameters['filter']), textsOf(parameters['kind']))
    const checked = checkedQuery({ words, filters, ranges, limit: MAX_HITS })
    const endpoints = await endpointsOf(catalog.db, endpoint)
    const searched = searchCatalog(catalog, checked, endpoints)
    const { result } = await pTimeout(searched, { milliseconds: LIMIT_MS })
    const items = result.hits.map((hit) => `<li>${hitHtml(hit, hubUrlOf(endpoint, hit))}</li>`)
    return `${form}<p>${escapeHtml(counted(result.total, 'repo'))}</p><ol>${items.join('')}</ol>`
  } catch (error) {
    const isInvalid = error instanceof InvalidSearch || error instanceof InvalidAddress
    return `${form}<p>${isInvalid ? escapeHtml(error.message) : 'The search is unavailable; try again in a moment.'}</p>`
  }
}

function hitHtml({ kind, id, description, license, downloads, likes }: SearchDocument, hubUrl: string): string {
  const facts = [
    kind,
    ...license.slice(0, 2),
    ...(kind === 'space' ? [] : [counted(downloads, 'download')]),
    counted(likes, 'like'),
  ]
  const about = description === null ? '' : `<br><bdi>${escapeHtml(description.slice(0, 300))}</bdi>`
  return `<a href="${escapeHtml(hubUrl)}" rel="noreferrer"><bdi>${escapeHtml(id)}</bdi></a>${about}<br><small>${escapeHtml(facts.join(' · '))}</small>`
}

function textsOf(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value
}
