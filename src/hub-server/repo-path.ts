import { unknownPage } from './hub-refusal.ts'

export interface RepoPath {
  readonly id: string
  readonly revision: string | undefined
}

/**
 * Reads `owner/name`, `name` (old ids have no owner) and either with `/revision/{rev}`, from the undecoded end of a
 * path: a revision such as `refs/pr/1` comes with its slashes encoded. The router has refused bad encodings by then.
 * Throws the Hub's 404 for any other path.
 */
export function parseRepoPath(path: string): RepoPath {
  const segments = path.split('/').map(decodeURIComponent)
  const revision = segments.at(-2) === 'revision' ? segments.at(-1) : undefined
  const name = revision === undefined ? segments : segments.slice(0, -2)
  if (name.length < 1 || name.length > 2 || segments.includes('')) throw unknownPage()
  return { id: name.join('/'), revision }
}
