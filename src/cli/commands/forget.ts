import type { Command } from 'commander'
import { CATALOG_KINDS } from '../../hub/kinds.ts'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex forget`: takes a repo down, lists the blocked ones, or lifts a block. */
export function forgetCommand(run: Run): Command {
  return defineCommand({
    name: 'forget',
    summary: 'Take a repo or collection down: permanently delete everything known about it, and block it from coming back',
    description:
      'Deletes a repo with its files, card, columns, history, events, former names and search document. Only its hub id ' +
      'is stored, so that no crawl writes it again. Unlike a tombstone, this does not show that the repo existed. Data of ' +
      'other repos stays, such as the name of this one as the base of a model.',
    examples: [
      'hubdex forget owner/name',
      'hubdex forget owner/name --kind dataset --yes --json',
      'hubdex forget --list',
      'hubdex forget --allow 621ffdc036468d709f17434d',
    ],
  })
    .argument('[id]', 'owner/name or the slug of a collection, current or former, in any letter case; a hub id; or an address')
    .option('--kind <kind>', `${CATALOG_KINDS.join(', ')}: which one, if several share the name`)
    .option('--yes', 'do not ask first; without a terminal, nothing is asked')
    .option('--list', 'list the blocked hub ids')
    .option('--allow <hub-id>', 'unblock a repo; the next full pass finds it again')
    .action(run(async () => (await import('../actions/forget.ts')).forgetAction))
}
