import { Command } from 'commander'
import { defineCommand, type Run } from '../../command.ts'
import { wholeNumber } from '../../input/arguments.ts'

/** `hubdex hub parquet`: the Parquet files that the Hub makes of datasets. */
export function parquetCommand(run: Run): Command {
  const list = defineCommand({
    name: 'ls',
    summary: 'List the Parquet files that the Hub has made of a dataset',
    examples: [
      'hubdex hub parquet ls ibm/duorc',
      'hubdex hub parquet ls ibm/duorc ParaphraseRC train',
      "hubdex hub parquet ls ibm/duorc --json | jq -r '.splits[].urls[]'",
    ],
  })
    .argument('<dataset>', 'owner/name, or its address')
    .argument('[config]', 'only this config')
    .argument('[split]', 'only this split of the config')
    .action(run(async () => (await import('../../actions/hub/parquet.ts')).listParquetAction))
  const get = defineCommand({
    name: 'get',
    summary: 'Download one of these files',
    description: 'Downloads one file as `hubdex hub files get` does.',
    examples: [
      'hubdex hub parquet get ibm/duorc ParaphraseRC train',
      'hubdex hub parquet get ibm/duorc ParaphraseRC train --number 1 --output duorc-1.parquet',
    ],
  })
    .argument('<dataset>', 'owner/name, or its address')
    .argument('<config>', 'such as default')
    .argument('<split>', 'such as train')
    .option('--number <number>', 'which file of the split, counted from 0', wholeNumber(0), 0)
    .option('--output <file>', 'file or folder to write to, or - for stdout')
    .option('--range <bytes>', 'first and last byte as in 0-99, 100- for the rest, or -8 for the last eight')
    .action(run(async () => (await import('../../actions/hub/parquet.ts')).getParquetAction))
  return new Command('parquet')
    .summary('List and download the Parquet files of a dataset')
    .description('List and download the Parquet files of a dataset')
    .addCommand(list)
    .addCommand(get)
}
