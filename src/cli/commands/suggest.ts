import type { Command } from 'commander'
import { DEFAULT_SUGGESTIONS, MAX_SUGGESTIONS } from '../../search/suggest/limits.ts'
import { defineCommand, type Run } from '../command.ts'
import { wholeNumber } from '../input/arguments.ts'

/** `hubdex suggest`: what a beginning may become. */
export function suggestCommand(run: Run): Command {
  return defineCommand({
    name: 'suggest',
    summary: 'Complete the beginning of a name, author, task, library or tag',
    description:
      'Lists the repos whose name begins so, most popular first, then the authors, tasks, libraries and tags, with the number ' +
      'of repos that have each. Case does not matter; blanks, hyphens and underscores are the same. After owner/, it lists the ' +
      'repos of that owner.',
    examples: ['hubdex suggest whis', 'hubdex suggest text gen --kind model --json', 'hubdex suggest openai/'],
  })
    .argument('<prefix...>', 'what was typed so far')
    .option('--kind <kind>', 'only repos of this kind: model, dataset, space or collection')
    .option('--limit <number>', 'suggestions of each type', wholeNumber(1, MAX_SUGGESTIONS), DEFAULT_SUGGESTIONS)
    .action(run(async () => (await import('../actions/suggest.ts')).suggestAction))
}
