import type { Command } from 'commander'
import { readDepth } from '../catalog/repo-depth.ts'
import { findRepos, type KnownRepo } from '../catalog/repo-reads.ts'
import { REPO_KINDS } from '../hub/kinds.ts'
import { openExistingCatalog } from './catalog.ts'
import { defineCommand, type Run } from './command.ts'
import { EXIT_FAILED } from './failures.ts'
import { endpointsOf, namedRepo } from './repo-address.ts'
import { repoReport } from './repo-report.ts'

interface ShowFlags {
  kind?: string
}

/** `hubdex show ID`: all that is known of one repo. */
export function showCommand(run: Run): Command {
  return defineCommand({
    name: 'show',
    summary: 'All that is known of one repo, under its present or any former name',
    description:
      'All that is known of one repo, under its present or any former name, or its hub id: its fields, then what stages ' +
      'have fetched, its history, events and failures, of each how much there is and the first few. --json has all of it. ' +
      'Where several repos share a name, the live one that was written last is shown, and the others are named.',
    examples: [
      'hubdex show openai-community/gpt2',
      'hubdex show bigcode/the-stack --kind dataset --json',
      'hubdex show 621ffdc036468d709f17434d',
      'hubdex show https://huggingface.co/datasets/bigcode/the-stack',
      "hubdex show openai-community/gpt2 --json | jq '.files.files[] | select(.size > 1e9) | .path'",
    ],
  })
    .argument('<id>', 'owner/name, in any letter case; a hub id; or the address of a repo')
    .option('--kind <kind>', `${REPO_KINDS.join(', ')}: where several repos share the name`)
    .action(
      run<ShowFlags>(async (context, flags, [given = '']) => {
        await using catalog = await openExistingCatalog(context)
        const { id, kind } = namedRepo(given, flags.kind, await endpointsOf(context, catalog))
        const [repo, ...others] = await findRepos(catalog.db, id, kind)
        if (repo === undefined) {
          const among = kind === undefined ? '' : ` among ${kind}s`
          context.log(`No repo named ${id} in the catalogue${among}. \`hubdex search\` finds names by their parts.`)
          return EXIT_FAILED
        }
        if (others.length > 0) context.log(othersText(others))
        const depth = await readDepth(catalog.db, repo.hubId)
        const width = context.width
        context.answer({ ...repo, ...depth }, () => repoReport(repo, depth, { now: new Date(), width }))
        return 0
      }),
    )
}

function othersText(others: readonly KnownRepo[]): string {
  const names = others.map(
    ({ kind, id, hubId, ...fields }) =>
      `\n  hubdex show ${hubId}   # ${kind} ${id}${fields['removedAt'] ? ', gone' : ''}`,
  )
  return `Others share this name:${names.join('')}`
}
