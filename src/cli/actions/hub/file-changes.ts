import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import type { FileCommit } from '../../../hub/files/commit-files.ts'
import { escapeForTerminal } from '../../../output/escape.ts'
import { counted, formatBytes } from '../../../output/format.ts'
import { type CommandContext, UsageError } from '../../command.ts'
import { change, type SafetyFlags } from '../../input/confirm.ts'
import { repoArgument, withHub } from './person-hub.ts'

interface CommitFlags extends SafetyFlags {
  kind?: string
  revision: string
  message?: string
  parent?: string
  pullRequest?: boolean
}

/** A commit is held in memory and sent in one request, as base64. */
const MAX_BYTES = 64 * 1024 * 1024

interface LocalFile {
  source: string
  /** Its path in the repo. */
  path: string
  bytes: number
}

/** `hubdex hub files upload ID PATHS…`. */
export async function uploadAction(
  context: CommandContext,
  flags: CommitFlags & { to?: string; as?: string },
  [given = '', ...paths]: readonly string[],
): Promise<number> {
  const files = await localFiles(paths, flags)
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  if (bytes > MAX_BYTES) {
    throw new UsageError(
      `These files have ${formatBytes(bytes)}; a commit takes at most ${formatBytes(MAX_BYTES)}. ` +
        "Commit fewer at a time, or use the Hub's own tools.",
    )
  }
  const names = files.map(({ path }) => path)
  const title = flags.message ?? `Upload ${names.length === 1 ? names[0] : counted(names.length, 'file')}`
  const what = `Upload ${names.join(', ')} (${formatBytes(bytes)}) to`
  return await commit(context, flags, { given, title, what, names }, () =>
    Promise.all(files.map(async ({ source, path }) => ({ path, content: await readFile(source) }))),
  )
}

/** `hubdex hub files delete ID PATHS…`. */
export async function deleteFilesAction(
  context: CommandContext,
  flags: CommitFlags,
  [given = '', ...paths]: readonly string[],
): Promise<number> {
  const title = flags.message ?? `Delete ${paths.length === 1 ? paths[0] : counted(paths.length, 'path')}`
  const what = `Delete ${paths.join(', ')} from`
  return await commit(context, flags, { given, title, what, names: paths, isDestructive: true }, async () =>
    paths.map((path) => ({ path: path.replace(/\/$/, ''), delete: path.endsWith('/') ? 'folder' : 'file' }) as const),
  )
}

async function commit(
  context: CommandContext,
  flags: CommitFlags,
  about: { given: string; title: string; what: string; names: readonly string[]; isDestructive?: boolean },
  changes: () => Promise<FileCommit['changes']>,
): Promise<number> {
  const { id, kind } = repoArgument(about.given, flags.kind, context)
  const { revision, parent: parentCommit, pullRequest: createPullRequest } = flags
  const { title, names, isDestructive } = about
  const what = `${about.what} ${revision} of the ${kind} ${id}`
  return await change(context, { what, flags, ...(isDestructive === undefined ? {} : { isDestructive }) }, () =>
    withHub(context, async (hub) => {
      const { signal } = context
      const options = { title, revision, parentCommit, createPullRequest, signal }
      const made = await hub.files.commit(kind, id, { ...options, changes: await changes() })
      const { oid, url, pullRequestUrl = null } = made
      context.answer({ kind, id, revision, commit: oid, url, pullRequestUrl, paths: names }, () =>
        escapeForTerminal(`${counted(names.length, 'path')} committed: ${pullRequestUrl ?? url}`),
      )
    }),
  )
}

async function localFiles(paths: readonly string[], { to = '', as }: { to?: string; as?: string }): Promise<LocalFile[]> {
  const files = (await Promise.all(paths.map(filesAt))).flat()
  if (as !== undefined && files.length !== 1) {
    throw new UsageError(`--as names a single file, but there are ${files.length}. Use --to for a folder.`)
  }
  if (files.length === 0) throw new UsageError(`There are no files in ${paths.join(', ')}.`)
  const folder = to.replace(/^\.?\/+|\/+$/g, '')
  const placed = files.map((file) => ({ ...file, path: as ?? (folder === '' ? file.path : `${folder}/${file.path}`) }))
  const twice = placed.find(({ path }, index) => placed.findIndex((file) => file.path === path) !== index)
  if (twice !== undefined) throw new UsageError(`Two of the files would be ${twice.path} in the repo. Upload them one by one.`)
  return placed
}

/** A file under its own name, or the regular files of a folder without those of git. */
async function filesAt(source: string): Promise<LocalFile[]> {
  const about = await stat(source).catch((cause: Error) => {
    throw new UsageError(`${source} cannot be read: ${cause.message}`)
  })
  if (!about.isDirectory()) return [{ source, path: basename(source), bytes: about.size }]
  const entries = await readdir(source, { recursive: true, withFileTypes: true })
  const found = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ source: file, path: relative(source, file).split(sep).join('/') }))
    .filter(({ path }) => !path.split('/').includes('.git'))
  return Promise.all(found.map(async (file) => ({ ...file, bytes: (await stat(file.source)).size })))
}
