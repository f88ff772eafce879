import type { HubClient } from '../../../hub/client.ts'
import type { RepoKind } from '../../../hub/kinds.ts'
import type { RepoSettings, Visibility } from '../../../hub/repos/writes.ts'
import { escapeForTerminal } from '../../../output/escape.ts'
import { counted } from '../../../output/format.ts'
import { type CommandContext, UsageError } from '../../command.ts'
import { change, type SafetyFlags } from '../../input/confirm.ts'
import { namedRepo, onlyRepo } from '../../input/repo-address.ts'
import { withHub } from './person-hub.ts'

interface RepoFlags extends SafetyFlags {
  kind?: string
  visibility?: Visibility
  private?: true
}

/** `hubdex hub repo create ID`. */
export async function createAction(
  context: CommandContext,
  flags: RepoFlags & { license?: string; sdk?: string },
  [given = '']: readonly string[],
): Promise<number> {
  const { kind, id } = repoOf(context, flags, given)
  if (kind === 'space' && flags.sdk === undefined) {
    throw new UsageError('A Space needs an SDK: add --sdk gradio, --sdk docker or --sdk static.')
  }
  return await change(context, { what: `Create the ${kind} ${id}`, flags }, () =>
    withHub(context, async (hub) => {
      const { license, sdk } = flags
      const made = await hub.createRepo(kind, { id, ...visibilityOf(flags), license, sdk }, context)
      context.answer(
        { kind, ...made },
        () => `Created the ${kind} ${escapeForTerminal(made.id)}: ${escapeForTerminal(made.url)}`,
      )
    }),
  )
}

/** `hubdex hub repo delete ID`. */
export async function deleteAction(
  context: CommandContext,
  flags: RepoFlags,
  [given = '']: readonly string[],
): Promise<number> {
  const { kind, id } = repoOf(context, flags, given)
  return await withHub(context, async (hub) => {
    const what = `Permanently delete the ${kind} ${await described(hub, kind, id)}`
    return await change(context, { what, flags, isDestructive: true }, async () => {
      await hub.deleteRepo(kind, id, context)
      context.answer({ kind, id, deleted: true }, () => `Deleted the ${kind} ${id}.`)
    })
  })
}

/** `hubdex hub repo move FROM TO`. */
export async function moveAction(
  context: CommandContext,
  flags: RepoFlags,
  [from = '', to = '']: readonly string[],
): Promise<number> {
  const { kind, id } = repoOf(context, flags, from)
  const target = repoOf(context, { kind }, to).id
  return await withHub(context, async (hub) => {
    const what = `Rename the ${kind} ${await described(hub, kind, id)} to ${target}`
    return await change(context, { what, flags, isDestructive: true }, async () => {
      await hub.moveRepo(kind, id, target, context)
      context.answer({ kind, from: id, to: target }, () => `Renamed the ${kind} ${id} to ${target}. The old name leads to it.`)
    })
  })
}

/** `hubdex hub repo settings ID`. */
export async function settingsAction(
  context: CommandContext,
  flags: RepoFlags & { gated?: 'auto' | 'manual' | 'false' },
  [given = '']: readonly string[],
): Promise<number> {
  const { kind, id } = repoOf(context, flags, given)
  const { gated } = flags
  const settings: RepoSettings = {
    ...visibilityOf(flags),
    ...(gated === undefined ? {} : { gated: gated === 'false' ? false : gated }),
  }
  const named = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
  if (named.length === 0) throw new UsageError('Expected a setting to change: --visibility or --gated.')
  return await withHub(context, async (hub) => {
    const what = `Set ${named.join(' and ')} of the ${kind} ${await described(hub, kind, id)}`
    return await change(context, { what, flags, isDestructive: true }, async () => {
      await hub.updateRepoSettings(kind, id, settings, context)
      context.answer({ kind, id, ...settings }, () => `The ${kind} ${id} has ${named.join(' and ')}.`)
    })
  })
}

/** `hubdex hub repo duplicate FROM [TO]`. */
export async function duplicateAction(
  context: CommandContext,
  flags: RepoFlags,
  [from = '', to]: readonly string[],
): Promise<number> {
  const { kind, id } = repoOf(context, flags, from)
  return await withHub(context, async (hub) => {
    const name = to === undefined ? (id.split('/').at(-1) ?? id) : repoOf(context, { kind }, to).id
    const target = name.includes('/') ? name : `${(await hub.whoami()).name}/${name}`
    return await change(context, { what: `Copy the ${kind} ${id} to ${target}`, flags }, async () => {
      const url = await hub.duplicateRepo(kind, id, { to: target, ...visibilityOf(flags) }, context)
      context.answer({ kind, from: id, id: target, url }, () => `Copied the ${kind} ${id} to ${escapeForTerminal(url)}`)
    })
  })
}

function repoOf({ settings }: CommandContext, { kind: kindFlag }: RepoFlags, given: string): { kind: RepoKind; id: string } {
  const { kind = 'model', id } = onlyRepo(namedRepo(given, kindFlag, [settings.endpoint]))
  return { kind, id }
}

function visibilityOf({ visibility, private: isPrivate }: RepoFlags): { visibility?: Visibility } {
  if (visibility !== undefined && isPrivate === true) throw new UsageError('Expected either --visibility or --private.')
  const given = isPrivate === true ? 'private' : visibility
  return given === undefined ? {} : { visibility: given }
}

/** The repo with what would be lost, after a look at the Hub. A former name is refused: it may soon belong to another repo. */
async function described(hub: HubClient, kind: RepoKind, id: string): Promise<string> {
  const { repo, moved } = await hub.repoDetail(kind, id)
  if (moved !== undefined) throw new UsageError(`${id} is now ${moved.to}. Use the current name.`)
  const counts = (['likes', 'downloads'] as const).flatMap((name) => {
    const count = repo[name]
    return typeof count === 'number' ? [counted(count, name.slice(0, -1))] : []
  })
  return counts.length === 0 ? id : `${id} (${counts.join(', ')})`
}
