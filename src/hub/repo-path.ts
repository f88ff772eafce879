import { Refused } from './errors.ts'
import { forMessage } from './for-message.ts'
import { pluralOf, type RepoKind } from './kinds.ts'

/**
 * The path of a repo below `/api/`.
 *
 * @throws Refused when the id or revision cannot stand in a URL without naming something else
 */
export function repoPath(kind: RepoKind, id: string, revision: string | undefined): string {
  const segments = id.split('/')
  // A third segment leads to a route below another repo, as `owner/name/tree` and `name/revision/main` do.
  if (segments.length > 2) throw unusable(id)
  const path = `${pluralOf[kind]}/${segments.map(segment).join('/')}`
  return revision === undefined ? path : `${path}/revision/${segment(revision)}`
}

/**
 * The path of a file of a repo, below the Hub's root.
 *
 * @throws Refused as `repoPath` does
 */
export function filePath(kind: RepoKind, id: string, revision: string, path: string): string {
  const repo = repoPath(kind, id, undefined)
  // Models alone stand at the root, without their kind.
  const root = kind === 'model' ? repo.slice(`${pluralOf.model}/`.length) : repo
  return `${root}/resolve/${segment(revision)}/${path.split('/').map(segment).join('/')}`
}

/** The id in a URL of a repo; what a redirect leads to. */
export function idInUrl(kind: RepoKind, url: string): string | undefined {
  const { pathname } = new URL(url)
  const [, id] = new RegExp(`/api/${pluralOf[kind]}/(.+?)(?:/revision/[^/]*)?$`).exec(pathname) ?? []
  if (id === undefined) return undefined
  try {
    return decodeURIComponent(id)
  } catch {
    // A server may send any bytes; an id that does not decode is told as it stands.
    return id
  }
}

/** URLs drop dots as path segments, and cannot hold a lone surrogate: both would ask for something else than meant. */
export function isSegment(text: string): boolean {
  return !/^\.{0,2}$/.test(text) && text.isWellFormed()
}

function segment(text: string): string {
  if (!isSegment(text)) throw unusable(text)
  return encodeURIComponent(text)
}

function unusable(text: string): Refused {
  return new Refused(`${JSON.stringify(forMessage(text))} cannot name a repo or a revision, expected owner/name.`)
}
