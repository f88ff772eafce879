import { readProfile } from '../../catalog/repos/profile.ts'
import { findRepos, type KnownRepo } from '../../catalog/repos/reads.ts'
import { openExistingCatalog } from '../../service/open/catalog.ts'
import type { CommandContext } from '../command.ts'
import { EXIT_FAILED } from '../exit-codes.ts'
import { endpointsOf, namedRepo } from '../input/repo-address.ts'
import { repoReport } from '../reports/repo.ts'

interface ShowFlags {
  kind?: string
}

function othersText(others: readonly KnownRepo[]): string {
  const names = others.map(
    ({ kind, id, hubId, ...fields }) => `\n  hubdex show ${hubId}   # ${kind} ${id}${fields['removedAt'] ? ', gone' : ''}`,
  )
  return `Others share this name:${names.join('')}`
}

/** A collection, with the names of the view `collections`. */
function collectionOf({ kind, id, hubId, author, likes, payload, ...fields }: KnownRepo): KnownRepo {
  return { kind, id, hubId, owner: author, ...(payload as object), ...fields, upvotes: likes }
}

/** `hubdex show ID`: shows everything known about one repo or collection. */
export async function showAction(context: CommandContext, flags: ShowFlags, [given = '']: readonly string[]): Promise<number> {
  await using catalog = await openExistingCatalog(context)
  const { id, kind } = namedRepo(given, flags.kind, await endpointsOf(context, catalog))
  const [repo, ...others] = await findRepos(catalog.reads.db, id, kind)
  if (repo === undefined) {
    const among = kind === undefined ? '' : ` among ${kind}s`
    context.log(`No repo named ${id} in the catalog${among}. \`hubdex search\` finds repos by parts of their names.`)
    return EXIT_FAILED
  }
  if (others.length > 0) context.log(othersText(others))
  const profile = await readProfile(catalog.reads.db, repo.hubId)
  const shown = repo.kind === 'collection' ? collectionOf(repo) : repo
  context.answer({ ...shown, ...profile }, () => repoReport(shown, profile, { now: new Date(), width: context.width }))
  return 0
}
