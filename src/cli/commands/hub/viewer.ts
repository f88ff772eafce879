import { Argument, type Command } from 'commander'
import { defineCommand, type Run } from '../../command.ts'
import { VIEWS } from './options.ts'

/** `hubdex hub viewer WHAT DATASET`: what the dataset viewer knows of a dataset. */
export function viewerCommand(run: Run): Command {
  return defineCommand({
    name: 'viewer',
    summary: 'Show what the dataset viewer knows of a dataset: splits, files, rows, columns, statistics',
    description:
      'Asks the dataset viewer and prints its JSON. `parquet` lists the converted files with their sizes, `size` the rows and ' +
      'bytes of each split, `info` the columns. `statistics` needs a config and a split.',
    examples: [
      'hubdex hub viewer size ibm/duorc',
      'hubdex hub viewer parquet ibm/duorc ParaphraseRC',
      'hubdex hub viewer statistics ibm/duorc ParaphraseRC train',
    ],
  })
    .addArgument(new Argument('<what>', 'what to show').choices(VIEWS))
    .argument('<dataset>', 'owner/name, or its address')
    .argument('[config]', 'only this config')
    .argument('[split]', 'of statistics: the split')
    .action(run(async () => (await import('../../actions/hub/viewer.ts')).viewerAction))
}
