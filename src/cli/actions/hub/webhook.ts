import type { Watched, Webhook, WebhookFields } from '../../../hub/webhooks/webhooks-client.ts'
import { escapeForTerminal } from '../../../output/escape.ts'
import { renderTable } from '../../../output/table.ts'
import { type CommandContext, UsageError } from '../../command.ts'
import { change, type SafetyFlags } from '../../input/confirm.ts'
import { withHub } from './person-hub.ts'

interface WebhookFlags extends SafetyFlags {
  url?: string
  watch?: string[]
  domain?: string[]
}

/** `hubdex hub webhook list`. */
export async function listAction(context: CommandContext): Promise<number> {
  const webhooks = await withHub(context, (hub) => hub.webhooks.list(context))
  context.answer(webhooks.map(withoutSecret), () =>
    webhooks.length === 0 ? 'No webhooks.' : renderTable(webhooks.map(rowOf), { width: context.width }),
  )
  return 0
}

/** `hubdex hub webhook create URL --watch …`. */
export async function createAction(
  context: CommandContext,
  flags: WebhookFlags,
  [url = '']: readonly string[],
): Promise<number> {
  const watched = watchedIn(flags.watch)
  if (watched === undefined) throw new UsageError('Expected --watch at least once, such as --watch model:owner/name.')
  const secret = context.settings.webhookSecret
  const what = `Create a webhook to ${url} for ${watched.map(({ type, name }) => `${type}:${name}`).join(', ')}`
  return await change(context, { what, flags }, () =>
    withHub(context, async (hub) => {
      const domains = flags.domain
      const fields = {
        url,
        watched,
        ...(domains === undefined ? {} : { domains }),
        ...(secret === undefined ? {} : { secret }),
      }
      answer(context, await hub.webhooks.create(fields, context), 'Created')
    }),
  )
}

/** `hubdex hub webhook update ID`. */
export async function updateAction(
  context: CommandContext,
  flags: WebhookFlags,
  [id = '']: readonly string[],
): Promise<number> {
  const { url, domain: domains, watch } = flags
  const watched = watchedIn(watch)
  const secret = context.settings.webhookSecret
  const given: WebhookFields = { url, domains, watched, secret }
  const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const names = Object.keys(fields)
  if (names.length === 0)
    throw new UsageError('Expected something to change: --url, --watch, --domain or HUBDEX_WEBHOOK_SECRET.')
  return await change(context, { what: `Change ${names.join(', ')} of the webhook ${id}`, flags }, () =>
    withHub(context, async (hub) => answer(context, await hub.webhooks.update(id, fields, context), 'Changed')),
  )
}

/** `hubdex hub webhook enable ID`. */
export async function enableAction(context: CommandContext, flags: SafetyFlags, [id = '']: readonly string[]): Promise<number> {
  return await change(context, { what: `Enable the webhook ${id}`, flags }, () =>
    withHub(context, async (hub) => answer(context, await hub.webhooks.enable(id, context), 'Enabled')),
  )
}

/** `hubdex hub webhook disable ID`. */
export async function disableAction(
  context: CommandContext,
  flags: SafetyFlags,
  [id = '']: readonly string[],
): Promise<number> {
  return await change(context, { what: `Disable the webhook ${id}`, flags }, () =>
    withHub(context, async (hub) => answer(context, await hub.webhooks.disable(id, context), 'Disabled')),
  )
}

/** `hubdex hub webhook delete ID`. */
export async function deleteAction(context: CommandContext, flags: SafetyFlags, [id = '']: readonly string[]): Promise<number> {
  return await withHub(context, async (hub) => {
    const { url } = await hub.webhooks.get(id, context)
    const what = `Delete the webhook ${id} to ${escapeForTerminal(url ?? 'a job')}`
    return await change(context, { what, flags, isDestructive: true }, async () => {
      await hub.webhooks.delete(id, context)
      context.answer({ id, deleted: true }, () => `Deleted the webhook ${id}.`)
    })
  })
}

/** `hubdex hub webhook replay ID DELIVERY`. */
export async function replayAction(
  context: CommandContext,
  flags: SafetyFlags,
  [id = '', delivery = '']: readonly string[],
): Promise<number> {
  return await change(context, { what: `Deliver ${delivery} of the webhook ${id} again`, flags }, () =>
    withHub(context, async (hub) => {
      await hub.webhooks.replay(id, delivery, context)
      context.answer({ id, delivery, replayed: true }, () => `Delivery ${delivery} is sent again.`)
    }),
  )
}

function watchedIn(watch: readonly string[] | undefined): Watched[] | undefined {
  return watch?.map((text) => {
    const [, type, name] = /^(model|dataset|space|user|org):(\S+)$/.exec(text) ?? []
    if (type !== undefined && name !== undefined) return { type, name }
    throw new UsageError(
      `Expected --watch model:owner/name, dataset:…, space:…, user:name or org:name, got "${text.slice(0, 200)}".`,
    )
  })
}

function answer(context: CommandContext, webhook: Webhook, done: string): void {
  context.answer(withoutSecret(webhook), () => `${done}:\n${renderTable([rowOf(webhook)], { width: context.width })}`)
}

/** A secret stays on the Hub and in the settings. */
function withoutSecret({ payload: { secret, ...rest } }: Webhook): Record<string, unknown> {
  return { ...rest, hasSecret: secret !== undefined && secret !== null }
}

function rowOf({ id, url, watched, disabled }: Webhook): Record<string, unknown> {
  const state = disabled === false ? 'enabled' : disabled === true ? 'disabled' : 'suspended'
  return { id, url: url ?? '(job)', state, watches: watched.map(({ type, name }) => `${type}:${name}`).join(' ') }
}
