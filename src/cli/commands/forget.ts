import type { Command } from 'commander'
import { REPO_KINDS } from '../../hub/kinds.ts'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex forget`: takes a repo down, lists what was taken down, and lifts a block. */
export function forgetCommand(run: Run): Command {
  return defineCommand({
    name: 'forget',
    summary: 'Take a repo down for good: delete all that is known of it and keep it from coming back',
    description:
      'Deletes a repo with its files, card, columns, history, events, former names and search document, and keeps its ' +
      'hub id (nothing else of it) so that no crawl writes it again. It is not a tombstone: nothing tells that it was ' +
      'there. What other repos say of it, such as a model that names it as its base, stays theirs.',
    examples: [
      'hubdex forget owner/name',
      'hubdex forget owner/name --kind dataset --yes --json',
      'hubdex forget --list',
      'hubdex forget --allow 621ffdc036468d709f17434d',
    ],
  })
    .argument('[id]', 'owner/name, present or former, in any letter case; a hub id; or the address of a repo')
    .option('--kind <kind>', `${REPO_KINDS.join(', ')}: where several repos share the name`)
    .option('--yes', 'do not ask first, which is done only on a terminal')
    .option('--list', 'list the hub ids that are kept out')
    .option('--allow <hub-id>', 'let a repo be written again; the next full pass finds it')
    .action(run(async () => (await import('../actions/forget.ts')).forgetAction))
}
