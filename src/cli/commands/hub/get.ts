import type { Command } from 'commander'
import { defineCommand, type Run } from '../../command.ts'

/** `hubdex hub get PATH`: any other read of the Hub's API. */
export function getCommand(run: Run): Command {
  return defineCommand({
    name: 'get',
    summary: "Read any path of the Hub's API",
    description:
      'Prints the answer: JSON is indented, anything else stays as it is. Redirects are followed, passing failures are ' +
      'retried, and the quota is respected. --all follows a list to its last page and prints one array.',
    examples: [
      'hubdex hub get /api/trending?limit=5',
      'hubdex hub get "/api/quicksearch?q=llama&limit=3"',
      'hubdex hub get /api/organizations/ibm/members --all',
      'hubdex hub get /api/datasets/ibm/duorc/croissant --output duorc.json',
    ],
  })
    .argument('<path>', 'such as /api/daily_papers, with its query')
    .option('--all', 'all pages of a list')
    .option('--output <file>', 'file to write to')
    .action(run(async () => (await import('../../actions/hub/get.ts')).getAction))
}
