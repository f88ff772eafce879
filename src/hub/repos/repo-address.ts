import { CATALOG_KINDS, type CatalogKind, pluralOf } from '../kinds.ts'

/** An address of the Hub or another site, but not of a repo. */
export class InvalidAddress extends Error {
  override readonly name = 'InvalidAddress'
}

/** The repo that an address leads to. */
export interface RepoAddress {
  kind: CatalogKind
  id: string
}

/** Hosts of the Hub itself, in addition to the endpoint. */
const HUB_HOSTS = ['huggingface.co', 'www.huggingface.co', 'hf.co']
/** Path segments that follow a repo id. They mark its end, because ids of old repos are a single segment. */
const PAGES_OF_A_REPO = new Set(
  (
    'tree blob resolve raw commits commit discussions blame edit settings viewer embed logs revision parquet refs info ' +
    'upload delete duplicate'
  ).split(' '),
)
/** First path segments of pages other than models. */
const OTHER_PAGES = new Set(
  (
    'docs blog papers buckets kernels tasks join login logout settings pricing ' +
    'enterprise organizations new chat search posts learn changelog notifications inference-endpoints support privacy ' +
    'terms-of-service brand languages metrics'
  ).split(' '),
)

/**
 * Reads the address of a repo: of its page or one below, its API or Git, `hf://…`, or with a kind as in `datasets/owner/name`.
 * @param endpoints further addresses of the Hub, such as a mirror's, which may have a path
 * @returns undefined for a text that is not an address
 * @throws InvalidAddress for an address of something else
 */
export function readRepoAddress(text: string, endpoints: readonly string[]): RepoAddress | undefined {
  const bare = text
    .trim()
    .replace(/^git\s+clone\s+/i, '')
    .replace(/^<(.*)>$/, '$1')
  const path = pathOf(bare, endpoints)
  if (path !== undefined) {
    const address = addressOf(path)
    if (address !== undefined) return address
    throw new InvalidAddress(
      `${shown(text)} is an address of the Hub, but not of a repo. Expected one such as https://huggingface.co/owner/name.`,
    )
  }
  if (/^[a-z][a-z0-9+.-]*:\/\/\S*$/i.test(bare)) {
    const hosts = [...new Set([...HUB_HOSTS, ...endpoints.map((endpoint) => new URL(endpoint).host)])].filter(
      (host) => !host.startsWith('www.'),
    )
    throw new InvalidAddress(`${shown(text)} is not an address of the Hub. Expected one on ${hosts.join(' or ')}.`)
  }
  const isKindFirst = /^(models|datasets|spaces|collections)\/[^/\s]+(\/\S*)?$/i.test(bare)
  return isKindFirst ? addressOf(bare) : undefined
}

/** The path of a Hub address with or without a scheme; undefined for any other text. */
function pathOf(text: string, endpoints: readonly string[]): string | undefined {
  const own = /^hf:\/\/(.*)$/is.exec(text) ?? /^(?:ssh:\/\/)?git@(?:hf\.co|huggingface\.co)[:/](.*)$/is.exec(text)
  // In hf://, a revision follows the id after an @.
  if (own !== null) return own[1]?.replace(/@.*$/s, '')
  const hasScheme = /^https?:\/\//i.test(text)
  const address = hasScheme ? text : `https://${text}`
  if (/\s/.test(text) || !(hasScheme || text.includes('/')) || !URL.canParse(address)) return undefined
  const { host, pathname } = new URL(address)
  for (const hub of endpoints.map((endpoint) => new URL(endpoint))) {
    const prefix = hub.pathname.replace(/\/+$/, '')
    if (host === hub.host && `${pathname}/`.startsWith(`${prefix}/`)) return pathname.slice(prefix.length)
  }
  return HUB_HOSTS.includes(host) ? pathname : undefined
}

function addressOf(path: string): RepoAddress | undefined {
  const segments = path
    .replace(/[?#].*$/s, '')
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded)
  const isOfApi = segments[0] === 'api'
  if (isOfApi) segments.shift()
  const plural = segments[0]?.toLowerCase()
  const named = CATALOG_KINDS.find((kind) => pluralOf[kind] === plural)
  if (named !== undefined) segments.shift()
  const [first, second] = segments
  if (first === undefined) return undefined
  if (named === undefined && (isOfApi || OTHER_PAGES.has(first.toLowerCase()))) return undefined
  const id = second === undefined || PAGES_OF_A_REPO.has(second) ? first : `${first}/${second}`
  return { kind: named ?? 'model', id: id.replace(/\.git$/, '') }
}

function decoded(segment: string): string {
  try {
    const text = decodeURIComponent(segment)
    return text.includes('\0') ? segment : text
  } catch {
    // A percent sign without a code stands for itself.
    return segment
  }
}

function shown(text: string): string {
  // Text before an @ may be a password.
  return JSON.stringify(text.replace(/^(\w+:\/\/)?[^/]*@/, '$1…@').slice(0, 200))
}
