import { readFileSync } from 'node:fs'
import type { HubClient } from '../../../hub/client.ts'
import type { HubEvent } from '../../../hub/events.ts'
import type { RepoKind } from '../../../hub/kinds.ts'
import { openHub } from '../../../service/open/hub.ts'
import { formatNumber } from '../../../util/format-number.ts'
import type { CommandContext } from '../../command.ts'
import { UsageError } from '../../command.ts'
import { namedRepo, onlyRepo } from '../../input/repo-address.ts'

/**
 * The client for a command that a person runs by hand. Without a token of its own it uses the one that the Hub's tools have
 * stored, as those tools do; crawls never do.
 */
export async function withHub<Result>(context: CommandContext, use: (hub: HubClient) => Promise<Result>): Promise<Result> {
  const { settings, log } = context
  const token = settings.token ?? storedToken(context)
  const { hub } = openHub({ ...settings, token }, { onEvent: (event) => logEvent(event, log) })
  try {
    return await use(hub)
  } finally {
    await hub.close()
  }
}

function storedToken({ loaded }: CommandContext): string | undefined {
  const path = loaded.unusedTokenFile
  if (path === undefined) return undefined
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UsageError(`The token file of the Hub's tools cannot be read: ${reason}. Make it readable, or set HF_TOKEN.`)
  }
}

function logEvent(event: HubEvent, log: CommandContext['log']): void {
  if (event.type === 'retry') log(`${event.reason} Retrying in ${formatNumber(Math.ceil(event.delayMs / 1000))} s.`)
  if (event.type === 'waiting' || event.type === 'throttled') {
    log(`The Hub's quota is used up until ${new Date(event.untilMs).toISOString()}; waiting.`)
  }
  if (event.type === 'moved') log(`${event.from} is now ${event.to}.`)
}

/** The repo that an argument names; a model unless address or `--kind` say otherwise. */
export function repoArgument(
  text: string,
  kind: string | undefined,
  { settings }: CommandContext,
): { id: string; kind: RepoKind } {
  const named = onlyRepo(namedRepo(text, kind, [settings.endpoint]))
  if (named.id === '') throw new UsageError('The id of the repo is empty. Expected owner/name.')
  return { id: named.id, kind: named.kind ?? 'model' }
}
