import type { RefreshRequest } from '../../catalog/processes/refresh-queue.ts'
import { isObject } from '../../hub/is-object.ts'
import { REPO_KINDS, type RepoKind } from '../../hub/kinds.ts'

/** The repos that a delivery asks to refresh, or why it is ignored. */
export type WebhookReading = { refresh: RefreshRequest[] } | { ignored: string }

const MAX_ID_LENGTH = 200
const SEGMENT = /^[A-Za-z0-9_.-]+$/
const HUB_ID = /^[0-9a-f]{24}$/

/**
 * Reads a delivery of the Hub's webhook, version 3 (https://huggingface.co/docs/hub/webhooks). It only says which repo to
 * request, and whether one was deleted, if the Hub confirms that its name no longer resolves. Nothing else is trusted.
 *
 * Unknown payloads are ignored, not refused, because the Hub suspends a webhook whose deliveries fail. The version is not
 * checked: a newer payload that still names its repo keeps working.
 *
 * - Scope `repo` and those below it, known or not, concern the repo, whatever the action.
 * - Scope `discussion` and those below it change nothing in the catalog.
 * - A `move` has one name of the repo in `repo` and the other in `movedTo`; both are requested.
 */
export function readWebhook(payload: unknown): WebhookReading {
  if (!isObject(payload)) return { ignored: 'The payload is not a JSON object.' }
  const { action, scope } = eventOf(payload)
  if (isWithin(scope, 'discussion')) return { ignored: 'The catalog has no discussions.' }

  const repo = isObject(payload['repo']) ? payload['repo'] : undefined
  if (repo === undefined) return { ignored: 'The payload names no repo.' }
  const kind = REPO_KINDS.find((known) => known === repo['type'])
  if (kind === undefined) return { ignored: 'The catalog has no repos of this type.' }

  const hubId = typeof repo['id'] === 'string' && HUB_ID.test(repo['id']) ? repo['id'] : null
  const names = new Set([repo['name'], movedTo(payload)].filter(isRepoId))
  if (names.size === 0) return { ignored: 'The payload names no repo.' }
  const reason = `webhook ${action} ${scope}`
  const isDeletion = action === 'delete' && scope === 'repo'
  const request = { hubId, reason, ...(isDeletion && { isDeletion }) }
  return { refresh: [...names].map((id): RefreshRequest => ({ kind: kind satisfies RepoKind, id, ...request })) }
}

/** Action and scope if they look valid; otherwise an update of the repo. */
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

/** `owner/name`, or a single name, as the oldest repos have. Anything else would be refused later. */
function isRepoId(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > MAX_ID_LENGTH) return false
  const segments = value.split('/')
  return segments.length <= 2 && segments.every((segment) => SEGMENT.test(segment) && !/^\.{1,2}$/.test(segment))
}
