import { type KindPlural, kindOfPlural, pluralOf, type RepoKind } from '../../hub/kinds.ts'
import { unknownPage } from './hub-refusal.ts'

/** What is asked of a repo, from the path of a request. */
export interface RepoPath {
  readonly id: string
  readonly revision: string | undefined
  /** A route below the repo, such as `parquet` or `tree`, and the segments behind it. */
  readonly below: { readonly route: string; readonly rest: readonly string[] } | undefined
}

const ROUTES_BELOW: ReadonlySet<string> = new Set(['parquet', 'tree', 'settings', 'auth-check'])

/**
 * Reads `owner/name`, `name` (old ids have no owner), either with `/revision/{rev}` or with a route below it such as
 * `/parquet/{config}`, from the undecoded end of a path: a revision such as `refs/pr/1` comes with its slashes encoded.
 * The router has refused bad encodings by then. Throws the Hub's 404 for any other path.
 */
export function parseRepoPath(path: string): RepoPath {
  const segments = path.split('/').map(decodeURIComponent)
  if (segments.includes('')) throw unknownPage()
  // A repo may be called `parquet` as well as have one: two segments are always an id.
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

/** The other reading of two segments, such as the `parquet` of `squad` where no repo is called `squad/parquet`. */
export function withRouteBelow({ id, below, revision }: RepoPath): RepoPath | undefined {
  const [name, route] = id.split('/')
  if (below !== undefined || revision !== undefined || name === undefined) return undefined
  return route === undefined || !ROUTES_BELOW.has(route)
    ? undefined
    : { id: name, revision, below: { route, rest: [] } }
}

/** A file of a repo, as `/{id}/resolve/{rev}/{path}` names it. */
export interface FilePath {
  readonly kind: RepoKind
  readonly id: string
  readonly revision: string
  readonly path: string
}

/** Reads the undecoded path of a file; models have no prefix of their own. Undefined for any other path. */
export function parseFilePath(path: string): FilePath | undefined {
  const segments = path.slice(1).split('/').map(decodeURIComponent)
  const prefix = kindOfPlural(segments[0] ?? '')
  const kind = prefix === undefined || prefix === 'model' ? 'model' : prefix
  const own = kind === 'model' ? segments : segments.slice(1)
  const at = [2, 1].find((place) => own[place] === 'resolve')
  const revision = own[(at ?? 0) + 1]
  const file = own.slice((at ?? 0) + 2)
  if (at === undefined || revision === undefined || revision === '' || file.length === 0) return undefined
  return { kind, id: own.slice(0, at).join('/'), revision, path: file.join('/') }
}

/** The path of a file, as a redirect names it. */
export function filePath({ kind, id, revision, path }: FilePath): string {
  const prefix: `/${KindPlural}/` | '/' = kind === 'model' ? '/' : `/${pluralOf[kind]}/`
  return `${prefix}${encodePath(id)}/resolve/${encodeURIComponent(revision)}/${encodePath(path)}`
}

export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
