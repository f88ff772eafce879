import type { RepoKind } from '../../../hub/kinds.ts'
import type { HubRepo, ListQuery } from '../../hub-store.ts'
import { parseListQuery } from '../../lists/list-query.ts'
import type { RouteContext } from '../route-context.ts'

type Context = Pick<RouteContext, 'store' | 'rules'>

/** The query of a listing for a caller without a token. `names` are the fields to read. */
function publicQuery(kind: RepoKind, given: Record<string, string>, { rules }: Context, names: readonly string[]): ListQuery {
  const { query } = parseListQuery(kind, new URLSearchParams(given), rules, [])
  return { ...query, fields: { names: new Set(names), blobs: false } }
}

/** Public repos in the order of a listing. `given` are parameters of the listing. */
export async function publicRepos(
  context: Context,
  kind: RepoKind,
  given: Record<string, string>,
  names: readonly string[],
): Promise<readonly HubRepo[]> {
  return (await context.store.list(publicQuery(kind, given, context, names))).repos
}

export async function countPublic(context: Context, kind: RepoKind, given: Record<string, string>): Promise<number> {
  return await context.store.count(kind, publicQuery(kind, given, context, []).filter)
}
