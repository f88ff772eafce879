import type { RepoCommit } from '../../../hub/files/history.ts'
import type { TreeEntry } from '../../../hub/files/tree.ts'
import { formatBytes } from '../../../output/format.ts'
import { renderTable } from '../../../output/table.ts'
import type { CommandContext } from '../../command.ts'
import { repoArgument, withHub } from './person-hub.ts'

interface RepoFlags {
  kind?: string
  revision?: string
}

/** `hubdex hub files ls`: lists the files of a repo. */
export async function listFilesAction(
  context: CommandContext,
  { kind: kindFlag, revision, recursive, expand }: RepoFlags & { recursive?: boolean; expand?: boolean },
  [given = '', path]: readonly string[],
): Promise<number> {
  const { id, kind } = repoArgument(given, kindFlag, context)
  const entries: TreeEntry[] = []
  await withHub(context, async (hub) => {
    const options = { revision, path: path?.replace(/\/$/, ''), recursive, expand, signal: context.signal }
    for await (const page of hub.files.tree(kind, id, options)) entries.push(...page)
  })
  context.answer(entries, () =>
    entries.length === 0 ? 'No files.' : renderTable(entries.map(rowOf), { width: context.width }),
  )
  return 0
}

function rowOf({ path, type, size, lfs, lastCommit, securityFileStatus }: TreeEntry): object {
  const isFolder = type === 'directory'
  return {
    path: isFolder ? `${path}/` : path,
    size: isFolder ? '' : formatBytes(size),
    stored: isFolder ? '' : lfs === undefined ? 'git' : 'LFS',
    ...(lastCommit === undefined ? {} : { changed: lastCommit.date.slice(0, 10), commit: lastCommit.title }),
    ...(securityFileStatus === undefined ? {} : { scan: securityFileStatus['status'] }),
  }
}

/** `hubdex hub files commits`: lists the commits of a repo. */
export async function commitsAction(
  context: CommandContext,
  { kind: kindFlag, revision, limit }: RepoFlags & { limit: number },
  [given = '']: readonly string[],
): Promise<number> {
  const { id, kind } = repoArgument(given, kindFlag, context)
  const commits: RepoCommit[] = []
  await withHub(context, async (hub) => {
    const options = { revision, limit: Math.min(limit, 1000), signal: context.signal }
    for await (const page of hub.files.commits(kind, id, options)) {
      commits.push(...page.commits)
      if (commits.length >= limit) break
    }
  })
  const listed = commits.slice(0, limit)
  context.answer(listed, () =>
    renderTable(
      listed.map(({ id: sha, date, title, authors }) => ({
        commit: sha.slice(0, 8),
        date: date.slice(0, 10),
        title,
        by: authors.join(', '),
      })),
      { width: context.width },
    ),
  )
  return 0
}

/** `hubdex hub files refs`: lists branches, tags and conversions. */
export async function refsAction(
  context: CommandContext,
  { kind: kindFlag, pullRequests }: RepoFlags & { pullRequests?: boolean },
  [given = '']: readonly string[],
): Promise<number> {
  const { id, kind } = repoArgument(given, kindFlag, context)
  const refs = await withHub(context, (hub) => hub.files.refs(kind, id, { pullRequests, signal: context.signal }))
  context.answer(refs, () =>
    renderTable(
      Object.values(refs)
        .flat()
        .map(({ ref, targetCommit }) => ({ ref, commit: targetCommit })),
      { width: context.width },
    ),
  )
  return 0
}
