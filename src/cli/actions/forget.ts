import { liftTakedown, listTakedowns, type NamedRepo, namedRepos, takeDownRepo } from '../../catalog/repos/takedown.ts'
import type { CatalogKind } from '../../hub/kinds.ts'
import { escapeForTerminal } from '../../output/escape.ts'
import { renderTable } from '../../output/table.ts'
import { SearchSync } from '../../search/indexing/sync.ts'
import { type OpenCatalog, openExistingCatalog } from '../../service/open/catalog.ts'
import { type CommandContext, UsageError } from '../command.ts'
import { EXIT_FAILED } from '../exit-codes.ts'
import { isConfirmed } from '../input/confirm.ts'
import { endpointsOf, namedRepo } from '../input/repo-address.ts'

interface ForgetFlags {
  kind?: string
  yes?: true
  list?: true
  allow?: string
}

/** `hubdex forget`: takes a repo down, lists the blocked ones, or lifts a block. */
export async function forgetAction(context: CommandContext, flags: ForgetFlags, [id]: readonly string[]): Promise<number> {
  if ([id, flags.list, flags.allow].filter((given) => given !== undefined).length !== 1) {
    throw new UsageError('Expected one of: the id of a repo, --list, or --allow with a hub id.')
  }
  await using catalog = await openExistingCatalog(context)
  if (flags.list === true) return await list(context, catalog)
  if (flags.allow !== undefined) return await allow(context, catalog, flags.allow)
  const { id: name, kind } = namedRepo(id ?? '', flags.kind, await endpointsOf(context, catalog))
  return await forget(context, catalog, { name, kind, isSure: flags.yes === true })
}

async function forget(
  context: CommandContext,
  catalog: OpenCatalog,
  { name, kind, isSure }: { name: string; kind: CatalogKind | undefined; isSure: boolean },
): Promise<number> {
  const repos = await namedRepos(catalog.db, name, kind)
  const [repo] = repos
  if (repo === undefined) {
    context.log(`No repo named ${name} in the catalog${kind === undefined ? '' : ` among ${kind}s`}: nothing to forget.`)
    return EXIT_FAILED
  }
  if (repos.length > 1) throw new UsageError(ambiguity(name, repos))
  const isAsked = !isSure && context.isLive && process.stdin.isTTY === true
  if (isAsked && !(await isConfirmed(question(repo), process.stdin, process.stderr))) {
    context.log('Nothing was deleted.')
    return EXIT_FAILED
  }
  const removed = await takeDownRepo(catalog.db, repo)
  await new SearchSync(catalog.db, catalog.search, { batchSize: context.settings.indexBatchSize }).finish()
  const { hubId, id } = repo
  context.answer({ kind: repo.kind, id, hubId, removed }, () => {
    const rows = Object.entries(removed).map(([table, deleted]) => ({ table, 'rows deleted': deleted }))
    const done = `Deleted the ${repo.kind} ${escapeForTerminal(id)} and blocked its hub id ${escapeForTerminal(hubId)}.`
    return `${done}\n\n${renderTable(rows)}`
  })
  return 0
}

async function list(context: CommandContext, { db }: OpenCatalog): Promise<number> {
  const repos = await listTakedowns(db)
  const rows = repos.map(({ hubId, kind, takenDownAt }) => ({ hubId, kind, takenDownAt: takenDownAt.toISOString() }))
  context.answer(rows, () => (rows.length === 0 ? 'No repo is blocked.' : renderTable(rows, { width: context.width })))
  return 0
}

async function allow(context: CommandContext, { db }: OpenCatalog, hubId: string): Promise<number> {
  const wasBlocked = await liftTakedown(db, hubId)
  if (wasBlocked || context.json) {
    const done = `${escapeForTerminal(hubId)} is no longer blocked; the next full pass finds it again.`
    context.answer({ hubId, allowed: wasBlocked }, () => done)
  }
  if (wasBlocked) return 0
  context.log(`${hubId} is not blocked. Expected a hub id from \`hubdex forget --list\`; names are not stored.`)
  return EXIT_FAILED
}

function ambiguity(name: string, repos: readonly NamedRepo[]): string {
  const lines = repos.map(({ kind, id, hubId, isRemoved }) => `  ${kind} ${id} ${hubId}${isRemoved ? ' (gone)' : ''}`)
  return `Several repos are named ${name}; choose one by --kind or by its hub id:\n${lines.join('\n')}`
}

function question({ kind, id }: NamedRepo): string {
  return `Permanently delete everything known about the ${kind} ${escapeForTerminal(id)}? [y/N] `
}
