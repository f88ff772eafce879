import type { Command } from 'commander'
import { CATALOG_KINDS } from '../../hub/kinds.ts'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex show ID`: everything known about one repo. */
export function showCommand(run: Run): Command {
  return defineCommand({
    name: 'show',
    summary: 'Show everything known about one repo or collection, by its current or any former name',
    description:
      'Shows everything known about one repo: its fields, what stages have fetched, the collections that hold it, its ' +
      'history, events and failures, each with a count and the first few. A collection is shown with its items. --json has all of it. If several repos share a name, the live one that was ' +
      'written last is shown, and the others are listed.',
    examples: [
      'hubdex show openai-community/gpt2',
      'hubdex show bigcode/the-stack --kind dataset --json',
      'hubdex show 621ffdc036468d709f17434d',
      'hubdex show https://huggingface.co/datasets/bigcode/the-stack',
      'hubdex show TheBloke/recent-models-64f9a55bb3115b4f513ec026',
      "hubdex show openai-community/gpt2 --json | jq '.files.files[] | select(.size > 1e9) | .path'",
    ],
  })
    .argument('<id>', 'owner/name or the slug of a collection, current or former, in any letter case; a hub id; or an address')
    .option('--kind <kind>', `${CATALOG_KINDS.join(', ')}: which one, if several share the name`)
    .action(run(async () => (await import('../actions/show.ts')).showAction))
}
