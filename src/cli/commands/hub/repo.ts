import { type Command, Option } from 'commander'
import { REPO_KINDS } from '../../../hub/kinds.ts'
import { type CommandSpecification, defineCommand, type Run } from '../../command.ts'
import { refCommand } from './refs.ts'
import { addSafety } from './safety-options.ts'

const NAME = 'owner/name, or the address of the repo'

/** `hubdex hub repo`: changes whole repos, their branches and tags. */
export function repoCommand(run: Run): Command {
  const actions = () => import('../../actions/hub/repo.ts')
  const create = define({
    name: 'create',
    summary: 'Create a repo; a name without an owner means your own account',
    examples: ['hubdex hub repo create my-model', 'hubdex hub repo create acme/app --kind space --sdk static --private'],
  })
    .argument('<id>', 'owner/name, or a name')
    .addOption(visibility())
    .option('--private', 'the same as --visibility private')
    .option('--license <license>', 'license in the card')
    .addOption(new Option('--sdk <sdk>', 'of a Space').choices(['gradio', 'docker', 'static']))
    .action(run(async () => (await actions()).createAction))
  const remove = define({
    name: 'delete',
    summary: 'Permanently delete a repo',
    examples: ['hubdex hub repo delete acme/old --dry-run', 'hubdex hub repo delete acme/rows --kind dataset --yes'],
  })
    .argument('<id>', NAME)
    .action(run(async () => (await actions()).deleteAction))
  const move = define({
    name: 'move',
    summary: 'Rename a repo, or move it to another owner; the old name then leads to it',
    examples: ['hubdex hub repo move acme/old acme/new', 'hubdex hub repo move acme/rows beta/rows --kind dataset --yes'],
  })
    .argument('<from>', NAME)
    .argument('<to>', 'the new owner/name')
    .action(run(async () => (await actions()).moveAction))
  const settings = define({
    name: 'settings',
    summary: 'Set the visibility or the gating of a repo',
    examples: ['hubdex hub repo settings acme/model --visibility private', 'hubdex hub repo settings acme/model --gated auto'],
  })
    .argument('<id>', NAME)
    .addOption(visibility())
    .addOption(new Option('--gated <mode>', 'who gets the files').choices(['auto', 'manual', 'false']))
    .action(run(async () => (await actions()).settingsAction))
  const duplicate = define({
    name: 'duplicate',
    summary: 'Copy a repo with its files',
    examples: ['hubdex hub repo duplicate acme/app --kind space', 'hubdex hub repo duplicate acme/model my-copy --private'],
  })
    .argument('<from>', NAME)
    .argument('[to]', 'owner/name, or a name (default: the same name in your own account)')
    .addOption(visibility())
    .option('--private', 'the same as --visibility private')
    .action(run(async () => (await actions()).duplicateAction))
  const group = defineCommand({
    name: 'repo',
    summary: 'Create, delete, rename, set and copy repos, and their branches and tags',
    examples: ['hubdex hub repo create my-model --private'],
  })
  for (const command of [create, duplicate]) group.addCommand(addSafety(command))
  for (const command of [remove, move, settings]) group.addCommand(addSafety(command, true))
  for (const ref of ['branch', 'tag'] as const) group.addCommand(refCommand(run, ref))
  return group
}

function define(specification: CommandSpecification): Command {
  return defineCommand(specification).option('--kind <kind>', `${REPO_KINDS.join(', ')} (default: model)`)
}

function visibility(): Option {
  return new Option('--visibility <visibility>', 'who sees it; protected is for Spaces').choices([
    'public',
    'private',
    'protected',
  ])
}
