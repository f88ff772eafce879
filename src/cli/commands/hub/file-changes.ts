import { type Command, Option } from 'commander'
import { type CommandSpecification, defineCommand, type Run } from '../../command.ts'
import { ID_HELP, kindOption } from './options.ts'
import { addSafety } from './safety-options.ts'

/** `hubdex hub files upload` and `hubdex hub files delete`: one commit each. */
export function fileChangeCommands(run: Run): Command[] {
  const actions = () => import('../../actions/hub/file-changes.ts')
  const upload = define({
    name: 'upload',
    summary: 'Upload files and folders to a repo in one commit',
    description:
      'Commits files under their own names, and the content of folders with its subfolders. Files that the Hub takes only ' +
      "through its large file storage are refused; upload those with the Hub's own tools.",
    examples: [
      'hubdex hub files upload acme/model README.md config.json',
      'hubdex hub files upload acme/rows ./data --to data --kind dataset --message "Add the data" --pull-request',
      'hubdex hub files upload acme/model draft.md --as README.md --dry-run',
    ],
  })
    .argument('<paths...>', 'files and folders of this machine')
    .option('--to <folder>', 'folder of the repo (default: its root)')
    .addOption(new Option('--as <path>', 'path in the repo, for a single file').conflicts('to'))
    .action(run(async () => (await actions()).uploadAction))
  const remove = define({
    name: 'delete',
    summary: 'Delete files or folders of a repo in one commit',
    description: 'Deletes files or folders in one commit. Earlier commits still have them.',
    examples: ['hubdex hub files delete acme/model old.bin drafts/ --dry-run'],
  })
    .argument('<paths...>', 'paths in the repo; a folder ends with a slash')
    .action(run(async () => (await actions()).deleteFilesAction))
  return [addSafety(upload), addSafety(remove, true)]
}

function define(specification: CommandSpecification): Command {
  return defineCommand(specification)
    .argument('<id>', ID_HELP)
    .addOption(kindOption())
    .option('--revision <branch>', 'the branch', 'main')
    .option('--message <title>', 'title of the commit')
    .option('--parent <commit>', 'refuse if the branch is at another commit')
    .option('--pull-request', 'open a pull request instead')
}
