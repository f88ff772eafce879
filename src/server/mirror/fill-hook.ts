import type { FastifyRequest } from 'fastify'
import { FILES_FIELD, PARQUET_FIELD } from '../../catalog/mirror/catalog-files.ts'
import { withoutQuerySignal } from '../../catalog/postgres/query-signal.ts'
import { pluralOf, REPO_KINDS, type RepoKind } from '../../hub/kinds.ts'
import { parseRepoPath, type RepoPath } from '../../hub-server/http/repo-path.ts'
import type { HubStore } from '../../hub-server/hub-store.ts'
import { splitUrl } from '../../hub-server/routes/route-context.ts'

/** Fetches from the Hub what the catalog lacks. Both resolve when there is nothing more to wait for. */
export interface MirrorFill {
  repo(kind: RepoKind, id: string): Promise<void>
  stage(stage: 'details' | 'parquet', hubId: string): Promise<void>
}

const OF_FILES: ReadonlySet<string | undefined> = new Set(['tree', 'treesize', 'scan'])

/** A hook that fetches what a request for one repo needs, before the catalog is read for it. */
export function fillHook(store: HubStore, fill: MirrorFill) {
  return async ({ url, method }: FastifyRequest): Promise<void> => {
    const { path, parameters } = splitUrl(url)
    const kind = REPO_KINDS.find((one) => path.startsWith(`/api/${pluralOf[one]}/`))
    if (kind === undefined) return
    const below = path.slice(`/api/${pluralOf[kind]}/`.length)
    const pathsInfo = method === 'POST' ? /^(.+)\/paths-info\/[^/]+$/.exec(below)?.[1] : undefined
    if (method !== 'GET' && pathsInfo === undefined) return
    const asked = parseRepoPath(pathsInfo ?? below)
    const isExpand = parameters.has('expand') || parameters.has('expand[]')
    // Other requests may wait for the same repo.
    await withoutQuerySignal(() => fillRepo(store, fill, kind, asked, pathsInfo !== undefined || !isExpand))
  }
}

async function fillRepo(
  store: HubStore,
  fill: MirrorFill,
  kind: RepoKind,
  { id, below }: RepoPath,
  needsDetails: boolean,
): Promise<void> {
  const fields = { names: new Set([PARQUET_FIELD]), blobs: false }
  const known = await store.find(kind, id, fields)
  if (known === undefined) await fill.repo(kind, id)
  const found = known ?? (await store.find(kind, id, fields))
  if (found === undefined || 'movedTo' in found) return
  const { repo } = found
  const isOfFiles = below === undefined ? needsDetails : OF_FILES.has(below.route)
  if (isOfFiles && repo[FILES_FIELD] === undefined) await fill.stage('details', repo._id)
  if (below?.route === 'parquet' && repo[PARQUET_FIELD] === undefined) await fill.stage('parquet', repo._id)
}
