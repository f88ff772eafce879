import { Refused } from '../errors.ts'
import { forMessage } from '../for-message.ts'
import { pluralOf, type RepoKind } from '../kinds.ts'

/**
 * The path of a repo below `/api/`.
 *
 * @throws Refused when the id or revision would make the URL name something else
 */
export function repoPath(kind: RepoKind, id: string, revision: string | undefined): string {
  const segments = id.split('/')
  // A third segment leads to a route below another repo, such as `owner/name/tree` or `name/revision/main`.
  if (segments.length > 2) throw unusable(id)
  const path = `${pluralOf[kind]}/${segments.map(segment).join('/')}`
  return revision === undefined ? path : `${path}/revision/${segment(revision)}`
}

/**
 * The path of a route below a repo, below `/api/`.
 *
 * @throws Refused as `repoPath` does
 */
export function belowRepo(kind: RepoKind, id: string, segments: readonly string[]): string {
  return [repoPath(kind, id, undefined), ...segments.map(segment)].join('/')
}

/**
 * The path of a file of a repo, below the Hub's root.
 *
 * @throws Refused as `repoPath` does
 */
export function filePath(kind: RepoKind, id: string, revision: string, path: string): string {
  const repo = repoPath(kind, id, undefined)
  // Only models are at the root, without their kind.
  const root = kind === 'model' ? repo.slice(`${pluralOf.model}/`.length) : repo
  return `${root}/resolve/${segment(revision)}/${path.split('/').map(segment).join('/')}`
}

/** The id in a repo's URL, as after a redirect. */
export function idInUrl(kind: RepoKind, url: string): string | undefined {
  const { pathname } = new URL(url)
  const [, id] = new RegExp(`/api/${pluralOf[kind]}/(.+?)(?:/revision/[^/]*)?$`).exec(pathname) ?? []
  if (id === undefined) return undefined
  try {
    return decodeURIComponent(id)
  } catch {
    // A server may send any bytes; an id that cannot be decoded is returned as it is.
    return id
  }
}

/** URLs drop dots as path segments and cannot contain a lone surrogate. Both would request something else. */
export function isSegment(text: string): boolean {
  return !/^\.{0,2}$/.test(text) && text.isWellFormed()
}

/** @throws Refused when the text cannot be one segment of a path */
export function segment(text: string): string {
  if (!isSegment(text)) throw unusable(text)
  return encodeURIComponent(text)
}

function unusable(text: string): Refused {
  return new Refused(`${JSON.stringify(forMessage(text))} cannot name a repo or a revision, expected owner/name.`)
}
