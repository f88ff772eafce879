import type { Command } from 'commander'
import { REPO_KINDS } from '../../hub/kinds.ts'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex show ID`: everything known about one repo. */
export function showCommand(run: Run): Command {
  return defineCommand({
    name: 'show',
    summary: 'Show everything known about one repo, by its current or any former name',
    description:
      'Shows everything known about one repo: its fields, what stages have fetched, its history, events and failures, ' +
      'each with a count and the first few. --json has all of it. If several repos share a name, the live one that was ' +
      'written last is shown, and the others are listed.',
    examples: [
      'hubdex show openai-community/gpt2',
      'hubdex show bigcode/the-stack --kind dataset --json',
      'hubdex show 621ffdc036468d709f17434d',
      'hubdex show https://huggingface.co/datasets/bigcode/the-stack',
      "hubdex show openai-community/gpt2 --json | jq '.files.files[] | select(.size > 1e9) | .path'",
    ],
  })
    .argument('<id>', 'owner/name, current or former, in any letter case; a hub id; or the address of a repo')
    .option('--kind <kind>', `${REPO_KINDS.join(', ')}: which one, if several repos share the name`)
    .action(run(async () => (await import('../actions/show.ts')).showAction))
}
