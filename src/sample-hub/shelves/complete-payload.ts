import { createHash } from 'node:crypto'
import { instantOf } from '../../hub/instant.ts'
import type { RepoKind } from '../../hub/kinds.ts'
import type { HubRepo } from '../../hub-server/hub-store.ts'

/** The creation time of every repo that is older than the day on which the Hub began to store it. */
export const CREATED_FLOOR_MS = Date.parse('2022-03-02T23:29:04.000Z')

const HUB_ID = /^[0-9a-f]{24}$/

/**
 * Adds deterministic values for fields that the Hub always sends and older captures lack: `_id`, `createdAt`, `lastModified`,
 * `author`, `sha`, `private`, `gated`, `disabled`, and `modelId` for models. Other fields are not changed, including nulls and
 * wrong types. Throws when there is no id.
 */
export function completePayload(kind: RepoKind, payload: unknown): HubRepo {
  const given = asObject(kind, payload)
  const id = given['id'] ?? given['modelId']
  if (typeof id !== 'string' || id === '') {
    throw new Error(`A ${kind} has no id: expected an object with \`id\`, got ${excerpt(payload)}`)
  }
  const createdAt = createdAtOf(given)
  const dated = { id, createdAt }
  const slash = id.indexOf('/')
  return {
    ...(kind === 'model' ? { modelId: id } : {}),
    ...(slash > 0 ? { author: id.slice(0, slash) } : {}),
    lastModified: createdAt,
    sha: digest(`${kind} ${id} sha`).slice(0, 40),
    private: false,
    gated: false,
    disabled: false,
    ...given,
    ...dated,
    _id: isHubId(given['_id']) ? given['_id'] : derivedHubId(kind, dated),
  }
}

/** An `_id` in the Hub's format: the second of creation, then digits that distinguish repos of that second. */
export function derivedHubId(kind: RepoKind, repo: { readonly id: string; readonly createdAt?: unknown }): string {
  const createdMs = typeof repo.createdAt === 'string' ? instantOf(repo.createdAt) : undefined
  const seconds = Math.floor((createdMs ?? CREATED_FLOOR_MS) / 1000)
  return seconds.toString(16).padStart(8, '0').slice(-8) + digest(`${kind} ${repo.id}`).slice(0, 16)
}

/** The given `createdAt`, else that of the `_id`, else the last change or the floor. */
function createdAtOf(given: Readonly<Record<string, unknown>>): unknown {
  if (given['createdAt'] !== undefined) return given['createdAt']
  if (isHubId(given['_id'])) return new Date(Number.parseInt(given['_id'].slice(0, 8), 16) * 1000).toISOString()
  const modifiedMs = typeof given['lastModified'] === 'string' ? instantOf(given['lastModified']) : undefined
  return new Date(Math.max(CREATED_FLOOR_MS, modifiedMs ?? CREATED_FLOOR_MS)).toISOString()
}

function isHubId(value: unknown): value is string {
  return typeof value === 'string' && HUB_ID.test(value)
}

function asObject(kind: RepoKind, payload: unknown): Readonly<Record<string, unknown>> {
  if (typeof payload === 'object' && payload !== null && !Array.isArray(payload)) return { ...payload }
  throw new Error(`A ${kind} is not an object: expected the Hub's response for one repo, got ${excerpt(payload)}`)
}

function excerpt(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, 80)
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
