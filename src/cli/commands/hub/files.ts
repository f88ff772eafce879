import { Command } from 'commander'
import { defineCommand, type Run } from '../../command.ts'
import { wholeNumber } from '../../input/arguments.ts'
import { fileChangeCommands } from './file-changes.ts'
import { ID_HELP, kindOption, revisionOption } from './options.ts'

/** `hubdex hub files`: reads and changes files, lists commits and refs. */
export function filesCommand(run: Run): Command {
  const list = defineCommand({
    name: 'ls',
    summary: 'List the files of a repo, or of one of its folders',
    description:
      'Lists files with their sizes. --expand adds the last commit of each and the result of the security scan, which the ' +
      'Hub computes for fifty at a time.',
    examples: [
      'hubdex hub files ls openai-community/gpt2',
      'hubdex hub files ls ibm/duorc --kind dataset --recursive --revision refs/convert/parquet',
      'hubdex hub files ls openai-community/gpt2 onnx --expand --json',
    ],
  })
    .argument('<id>', ID_HELP)
    .argument('[folder]', 'only this folder')
    .addOption(kindOption())
    .addOption(revisionOption())
    .option('--recursive', 'files in folders, too')
    .option('--expand', 'adds the last commit and the security scan')
    .action(run(async () => (await import('../../actions/hub/files.ts')).listFilesAction))
  const get = defineCommand({
    name: 'get',
    summary: 'Download a file of a repo, or a part of it',
    description:
      "Downloads to the file's own name in the current folder, to --output, or with --output - to stdout. A file appears " +
      'under its name once it is complete; the next run resumes one that was interrupted, unless the file has changed.',
    examples: [
      'hubdex hub files get openai-community/gpt2 config.json --output -',
      'hubdex hub files get openai-community/gpt2 model.safetensors',
      'hubdex hub files get openai-community/gpt2 model.safetensors --range 0-7 --output - | xxd',
    ],
  })
    .argument('<id>', ID_HELP)
    .argument('<path>', 'path of the file in the repo')
    .addOption(kindOption())
    .addOption(revisionOption())
    .option('--output <file>', 'file or folder to write to, or - for stdout')
    .option('--range <bytes>', 'first and last byte as in 0-99, 100- for the rest, or -8 for the last eight')
    .action(run(async () => (await import('../../actions/hub/get-file.ts')).getFileAction))
  const commits = defineCommand({
    name: 'commits',
    summary: 'List the commits of a repo, the newest first',
    examples: [
      'hubdex hub files commits openai-community/gpt2',
      'hubdex hub files commits ibm/duorc --kind dataset --limit 5 --json',
    ],
  })
    .argument('<id>', ID_HELP)
    .addOption(kindOption())
    .addOption(revisionOption())
    .option('--limit <commits>', 'commits to list', wholeNumber(1), 20)
    .action(run(async () => (await import('../../actions/hub/files.ts')).commitsAction))
  const refs = defineCommand({
    name: 'refs',
    summary: 'List the branches, tags and conversions of a repo',
    examples: ['hubdex hub files refs openai-community/gpt2', 'hubdex hub files refs ibm/duorc --kind dataset --pull-requests'],
  })
    .argument('<id>', ID_HELP)
    .addOption(kindOption())
    .option('--pull-requests', 'pull requests, too')
    .action(run(async () => (await import('../../actions/hub/files.ts')).refsAction))
  const group = new Command('files')
    .summary('List, download, upload and delete the files of a repo')
    .description('List, download, upload and delete the files of a repo')
  for (const command of [list, get, ...fileChangeCommands(run), commits, refs]) group.addCommand(command)
  return group
}
