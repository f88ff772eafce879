import { findRepos } from '../../catalog/repos/reads.ts'
import type { CheckedQuery } from '../../search/checked-query.ts'
import { similarReport } from '../../search/similar/similar-report.ts'
import { similarRepos } from '../../search/similar/similar-repos.ts'
import type { OpenCatalog } from '../../service/open/catalog.ts'
import type { CommandContext } from '../command.ts'
import { EXIT_FAILED } from '../exit-codes.ts'
import { endpointsOf, namedRepo, onlyRepo } from '../input/repo-address.ts'
import { similarTable } from '../reports/similar.ts'

/** `hubdex search --similar-to ID`. @param query its filters, resolved, and its page */
export async function answerSimilar(
  context: CommandContext,
  catalog: OpenCatalog,
  given: string,
  query: Pick<CheckedQuery, 'filters' | 'ranges' | 'limit' | 'offset'>,
): Promise<number> {
  const startedAt = performance.now()
  const { id, kind } = onlyRepo(namedRepo(given, undefined, await endpointsOf(context, catalog)))
  const repos = await findRepos(catalog.db, id, kind)
  // Several kinds may share the name; --kind then says which one, too.
  const repo = repos.find((found) => query.filters.get('kind')?.includes(found.kind)) ?? repos[0]
  if (repo !== undefined) onlyRepo(repo)
  if (repo === undefined) {
    context.log(`No repo named ${id} in the catalog. \`hubdex search\` finds repos by parts of their names.`)
    return EXIT_FAILED
  }
  const [document] = await catalog.search.documents([repo.hubId])
  if (document === undefined) {
    context.log(
      `The search index does not have the ${repo.kind} ${repo.id}: it is gone from the Hub, or still to be indexed. ` +
        '`hubdex show` says what is known about it, `hubdex status` what is still to be indexed.',
    )
    return EXIT_FAILED
  }
  const similar = await similarRepos(catalog.search, document, query)
  const tookMs = performance.now() - startedAt
  context.answer(similarReport(document, query, similar, tookMs), () =>
    similarTable(document, query, similar, { tookMs, width: context.width }),
  )
  return 0
}
