import type { RefreshRequest } from '../../catalog/processes/refresh-queue.ts'
import { isObject } from '../../hub/is-object.ts'
import { REPO_KINDS, type RepoKind } from '../../hub/kinds.ts'

/** What a delivery asks for: repos to look at, or nothing, with the reason. */
export type WebhookReading = { refresh: RefreshRequest[] } | { ignored: string }

const MAX_ID_LENGTH = 200
const SEGMENT = /^[A-Za-z0-9_.-]+$/
const HUB_ID = /^[0-9a-f]{24}$/

/**
 * Reads a delivery of the Hub's webhook, version 3 (https://huggingface.co/docs/hub/webhooks). All that is taken from it is
 * which repo to ask the Hub for, and which one was deleted should the Hub then say that its name no longer leads to it:
 * nothing else in it is believed.
 *
 * Whatever is not understood is ignored, not refused: the Hub suspends a webhook whose deliveries fail. The version is not
 * asked for, so that a newer payload that still names its repo keeps working.
 *
 * - Scopes `repo` and all below it, known or not, are about the repo, whatever the action.
 * - `discussion` and all below it change nothing that is catalogd.
 * - A `move` names the repo under one name and `movedTo` under the other; both are asked for.
 */
export function readWebhook(payload: unknown): WebhookReading {
  if (!isObject(payload)) return { ignored: 'The payload is no JSON object.' }
  const { action, scope } = eventOf(payload)
  if (isWithin(scope, 'discussion')) return { ignored: 'Discussions are not catalogd.' }

  const repo = isObject(payload['repo']) ? payload['repo'] : undefined
  if (repo === undefined) return { ignored: 'The payload names no repo.' }
  const kind = REPO_KINDS.find((known) => known === repo['type'])
  if (kind === undefined) return { ignored: 'Repos of this type are not catalogd.' }

  const hubId = typeof repo['id'] === 'string' && HUB_ID.test(repo['id']) ? repo['id'] : null
  const names = new Set([repo['name'], movedTo(payload)].filter(isRepoId))
  if (names.size === 0) return { ignored: 'The payload names no repo.' }
  const reason = `webhook ${action} ${scope}`
  const isDeletion = action === 'delete' && scope === 'repo'
  const said = { hubId, reason, ...(isDeletion && { isDeletion }) }
  return { refresh: [...names].map((id): RefreshRequest => ({ kind: kind satisfies RepoKind, id, ...said })) }
}

/** Action and scope as far as they are words of the Hub's; an absent one counts as an update of the repo. */
function eventOf(payload: Record<string, unknown>): { action: string; scope: string } {
  const event = isObject(payload['event']) ? payload['event'] : {}
  return { action: word(event['action']) ?? 'update', scope: word(event['scope']) ?? 'repo' }
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^[a-zA-Z.]{1,50}$/.test(value) ? value : undefined
}

function isWithin(scope: string, broader: string): boolean {
  return scope === broader || scope.startsWith(`${broader}.`)
}

function movedTo(payload: Record<string, unknown>): unknown {
  const found = payload['movedTo'] ?? (isObject(payload['event']) ? payload['event']['movedTo'] : undefined)
  return isObject(found) ? found['name'] : undefined
}

/** `owner/name`, or a name alone as the oldest repos had. Anything else would only be refused further on. */
function isRepoId(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > MAX_ID_LENGTH) return false
  const segments = value.split('/')
  return segments.length <= 2 && segments.every((segment) => SEGMENT.test(segment) && !/^\.{1,2}$/.test(segment))
}
