import { type CatalogKind, pluralOf } from '../../hub/kinds.ts'

/** Names a repo: its kind and `owner/name`. */
export interface RepoName {
  kind: CatalogKind
  id: string
}

export function repoPath({ kind, id }: RepoName): string {
  return `/${pluralOf[kind]}/${id.split('/').map(encodeURIComponent).join('/')}`
}

/** A path with a query. Missing and empty values are left out, but not empty members of a list. */
export function withQuery(
  path: string,
  values: Readonly<Record<string, string | readonly string[] | number | undefined>>,
): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'object') for (const member of value) query.append(name, member)
    else if (value !== undefined && value !== '') query.append(name, String(value))
  }
  return query.size === 0 ? path : `${path}?${query}`
}
