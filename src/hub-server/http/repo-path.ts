import { type KindPlural, kindOfPlural, pluralOf, type RepoKind } from '../../hub/kinds.ts'
import { unknownPage } from './hub-refusal.ts'

/** The repo and route that a request's path names. */
export interface RepoPath {
  readonly id: string
  readonly revision: string | undefined
  /** A route below the repo, such as `parquet` or `tree`, and the segments after it. */
  readonly below: { readonly route: string; readonly rest: readonly string[] } | undefined
}

const ROUTES_BELOW: ReadonlySet<string> = new Set(
  `auth-check commits croissant discussions likers parquet refs runtime safetensors-metadata scan settings tree treesize`.split(
    ' ',
  ),
)

/**
 * Parses `owner/name` or `name` (old ids have no owner), optionally followed by `/revision/{rev}` or a route below the repo
 * such as `/parquet/{config}`. `path` is undecoded: a revision such as `refs/pr/1` has encoded slashes. The router has already
 * refused invalid encodings. Throws the Hub's 404 for any other path.
 */
export function parseRepoPath(path: string): RepoPath {
  const segments = path.split('/').map(decodeURIComponent)
  if (segments.includes('')) throw unknownPage()
  // A repo may itself be named `parquet`, so two segments are always an id.
  const at = [2, 1].find((place) => segments.length > 2 && ROUTES_BELOW.has(segments[place] ?? ''))
  if (at !== undefined) {
    const [route = '', ...rest] = segments.slice(at)
    return { id: segments.slice(0, at).join('/'), revision: undefined, below: { route, rest } }
  }
  const revision = segments.at(-2) === 'revision' ? segments.at(-1) : undefined
  const name = revision === undefined ? segments : segments.slice(0, -2)
  if (name.length < 1 || name.length > 2) throw unknownPage()
  return { id: name.join('/'), revision, below: undefined }
}

/** The other meaning of two segments: the `parquet` of `squad`, if there is no repo `squad/parquet`. */
export function withRouteBelow({ id, below, revision }: RepoPath): RepoPath | undefined {
  const [name, route] = id.split('/')
  if (below !== undefined || revision !== undefined || name === undefined) return undefined
  return route === undefined || !ROUTES_BELOW.has(route) ? undefined : { id: name, revision, below: { route, rest: [] } }
}

/** A file of a repo, as in `/{id}/resolve/{rev}/{path}`. `raw` in place of `resolve` means what git stores. */
export interface FilePath {
  readonly route: 'resolve' | 'raw'
  readonly kind: RepoKind
  readonly id: string
  readonly revision: string
  readonly path: string
}

/** Parses the undecoded path of a file. Models have no prefix. Undefined for any other path. */
export function parseFilePath(path: string): FilePath | undefined {
  const segments = path.slice(1).split('/').map(decodeURIComponent)
  const prefix = kindOfPlural(segments[0] ?? '')
  const kind = prefix === undefined || prefix === 'model' ? 'model' : prefix
  const own = kind === 'model' ? segments : segments.slice(1)
  const at = [2, 1].find((place) => own[place] === 'resolve' || own[place] === 'raw')
  if (at === undefined) return undefined
  // Some clients do not encode the slashes of a ref.
  const length = own[at + 1] === 'refs' ? 3 : 1
  const revision = own.slice(at + 1, at + 1 + length).join('/')
  const file = own.slice(at + 1 + length)
  if (revision === '' || file.length === 0) return undefined
  const route = own[at] === 'raw' ? 'raw' : 'resolve'
  return { route, kind, id: own.slice(0, at).join('/'), revision, path: file.join('/') }
}

/** The path of a file for a redirect. */
export function filePath({ route, kind, id, revision, path }: FilePath): string {
  const prefix: `/${KindPlural}/` | '/' = kind === 'model' ? '/' : `/${pluralOf[kind]}/`
  return `${prefix}${encodePath(id)}/${route}/${encodeURIComponent(revision)}/${encodePath(path)}`
}

export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
