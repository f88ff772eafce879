import type { Command } from 'commander'
import { type CommandSpecification, defineCommand, type Run } from '../../command.ts'
import { ID_HELP, kindOption, revisionOption } from './options.ts'
import { addSafety } from './safety-options.ts'

/** `hubdex hub repo branch` and `hubdex hub repo tag`: create and delete refs. */
export function refCommand(run: Run, ref: 'branch' | 'tag'): Command {
  const actions = () => import('../../actions/hub/refs.ts')
  const name = ref === 'branch' ? 'dev' : 'v1.0'
  const define = (specification: CommandSpecification) =>
    defineCommand(specification).argument('<id>', ID_HELP).argument('<name>', `name of the ${ref}`).addOption(kindOption())
  const create = define({
    name: 'create',
    summary: `Create a ${ref} at a branch, tag or commit`,
    examples: [
      `hubdex hub repo ${ref} create acme/model ${name}`,
      `hubdex hub repo ${ref} create acme/rows ${name} --kind dataset --revision 2f1c9e0`,
    ],
  })
    .addOption(revisionOption())
    .action(run(async () => (await actions()).createRefAction(ref)))
  const remove = define({
    name: 'delete',
    summary: `Delete a ${ref}`,
    examples: [`hubdex hub repo ${ref} delete acme/model ${name} --dry-run`],
  }).action(run(async () => (await actions()).deleteRefAction(ref)))
  const plural = ref === 'branch' ? 'branches' : 'tags'
  return defineCommand({
    name: ref,
    summary: `Create and delete ${plural} of a repo`,
    description: `Create and delete ${plural} of a repo. \`hubdex hub files refs\` lists them.`,
    examples: [`hubdex hub repo ${ref} create acme/model ${name}`],
  })
    .addCommand(addSafety(create))
    .addCommand(addSafety(remove, true))
}
