import type { Command } from 'commander'
import { defineCommand, type Run } from '../../command.ts'
import { ID_HELP, kindOption, severalOf } from './options.ts'

/** `hubdex hub info ID`: the Hub's details of one repo. */
export function infoCommand(run: Run): Command {
  return defineCommand({
    name: 'info',
    summary: "Show the Hub's details of one repo, now or at a revision",
    description:
      'Asks the Hub itself; `hubdex show` shows what the catalog knows. A former name leads to the current repo. At a ' +
      'revision, files and commit are those of then.',
    examples: [
      'hubdex hub info openai-community/gpt2',
      'hubdex hub info https://huggingface.co/datasets/bigcode/the-stack --json',
      'hubdex hub info ibm/duorc --kind dataset --revision refs/convert/parquet',
      'hubdex hub info openai-community/gpt2 --expand downloadsAllTime,safetensors --json',
    ],
  })
    .argument('<id>', ID_HELP)
    .addOption(kindOption())
    .option('--revision <revision>', 'a branch, tag, ref or commit')
    .option('--expand <properties>', 'only these properties, separated by commas', severalOf)
    .option('--blobs', 'adds sizes and hashes of files')
    .option('--security', 'adds the result of the security scan')
    .action(run(async () => (await import('../../actions/hub/info.ts')).infoAction))
}
