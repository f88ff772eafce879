import { type Command, Option } from 'commander'
import { type CommandSpecification, defineCommand, type Run } from '../../command.ts'
import { addSafety, collect } from './safety-options.ts'

const ID = '654bbbc16f2ec14d77f109cc'

/** `hubdex hub webhook`: manages the webhooks of the token's account. */
export function webhookCommand(run: Run): Command {
  const actions = () => import('../../actions/hub/webhook.ts')
  const list = defineCommand({
    name: 'list',
    summary: 'List your webhooks',
    examples: ['hubdex hub webhook list', 'hubdex hub webhook list --json'],
  }).action(run(async () => (await actions()).listAction))
  const create = withFields({
    name: 'create',
    summary: 'Create a webhook; its secret is HUBDEX_WEBHOOK_SECRET, if set',
    examples: ['hubdex hub webhook create https://hubdex.example/webhooks/hub --watch org:google --watch user:karpathy'],
  })
    .argument('<url>', 'where the Hub posts events')
    .action(run(async () => (await actions()).createAction))
  const update = withFields({
    name: 'update',
    summary: 'Change a webhook; what is left out stays, the secret becomes HUBDEX_WEBHOOK_SECRET, if set',
    examples: [`hubdex hub webhook update ${ID} --watch model:openai-community/gpt2`],
  })
    .argument('<id>', 'id of the webhook')
    .option('--url <url>', 'where the Hub posts events')
    .action(run(async () => (await actions()).updateAction))
  const byId = (name: string, summary: string, rest = '') =>
    defineCommand({ name, summary, examples: [`hubdex hub webhook ${name} ${ID}${rest}`] }).argument(
      '<id>',
      'id of the webhook',
    )
  const enable = byId('enable', 'Enable a webhook that is disabled or that the Hub has suspended').action(
    run(async () => (await actions()).enableAction),
  )
  const disable = byId('disable', 'Stop the deliveries of a webhook').action(run(async () => (await actions()).disableAction))
  const replay = byId('replay', 'Send a delivery again', ' 654bbbc16f2ec14d77f109cd')
    .argument('<delivery>', 'id of the delivery, as on the page of the webhook')
    .action(run(async () => (await actions()).replayAction))
  const remove = byId('delete', 'Delete a webhook', ' --yes').action(run(async () => (await actions()).deleteAction))
  const group = defineCommand({
    name: 'webhook',
    summary: 'Manage your webhooks on the Hub',
    examples: ['hubdex hub webhook list'],
  }).addCommand(list)
  for (const command of [create, update, enable, disable, replay]) group.addCommand(addSafety(command))
  return group.addCommand(addSafety(remove, true))
}

function withFields(specification: CommandSpecification): Command {
  return defineCommand(specification)
    .option('--watch <type:name>', 'model:owner/name, dataset:…, space:…, user:name or org:name; repeatable', collect)
    .addOption(new Option('--domain <domain>', 'repo or discussion; repeatable (default: both)').argParser(collect))
}
