import type { HubContext } from '../context.ts'
import { apiUrl } from '../endpoint.ts'
import { BrokenAnswer, OutcomeUnknown, RetryLater } from '../errors.ts'
import type { ChangeAnswer } from '../http/requester.ts'
import { traceOf } from '../http/response-error.ts'
import type { ChangeRequest } from '../http/transport.ts'
import { isObject } from '../is-object.ts'
import type { RepoKind } from '../kinds.ts'
import { parseJson } from '../parse-json.ts'
import { repoPath } from './path.ts'

export interface WriteOptions {
  signal?: AbortSignal | undefined
}

type Visibility = 'public' | 'private' | 'protected'

export interface NewRepo {
  /** `owner/name`; a name alone creates the repo for the token's own account. */
  id: string
  /** `protected` is for Spaces only. @default the default of the owner's account, mostly public */
  visibility?: Visibility | undefined
  license?: string | undefined
  /** Required for a Space: gradio, docker or static. */
  sdk?: string | undefined
}

export interface CreatedRepo {
  /** The `_id`. */
  hubId: string
  /** `owner/name`, with the owner filled in. */
  id: string
  /** The address of its page. */
  url: string
}

/** Settings that are left out stay unchanged. */
export interface RepoSettings {
  visibility?: Visibility | undefined
  gated?: false | 'auto' | 'manual' | undefined
}

/**
 * Creates a repo. Sent only once, because a repetition would find the name taken; without a clear answer the result is
 * OutcomeUnknown.
 *
 * @throws Refused with status 409 when the name is taken; NotAuthorized; OutcomeUnknown
 */
export async function createRepo(
  context: HubContext,
  kind: RepoKind,
  { id, visibility, license, sdk }: NewRepo,
  options: WriteOptions = {},
): Promise<CreatedRepo> {
  const json = { ...ownerAndName(kind, id), type: kind, visibility, license, sdk }
  const answer = await once(context, { method: 'POST', json }, 'repos/create', 'created', options)
  const made = parsed(answer)
  const { id: hubId, name, url } = made
  if (typeof hubId === 'string' && typeof name === 'string' && typeof url === 'string') return { hubId, id: name, url }
  throw new BrokenAnswer(
    `The Hub answered the new ${kind} without id, name or url, expected all three. It was probably created; look it up.`,
    traceOf(answer.url, 200, answer.headers),
  )
}

/**
 * Deletes a repo permanently. Sent only once, because the name may belong to another repo by the second time.
 *
 * @throws RepoNotFound when it does not exist; NotAuthorized; OutcomeUnknown
 */
export async function deleteRepo(context: HubContext, kind: RepoKind, id: string, options: WriteOptions = {}): Promise<void> {
  const json = { ...ownerAndName(kind, id), type: kind }
  await once(context, { method: 'DELETE', json }, 'repos/delete', 'deleted', options)
}

/**
 * Renames a repo. Sent only once, because the old name may belong to another repo by the second time.
 *
 * @throws RepoNotFound when it does not exist; Refused when the new name is taken; NotAuthorized; OutcomeUnknown
 */
export async function moveRepo(
  context: HubContext,
  kind: RepoKind,
  from: string,
  to: string,
  options: WriteOptions = {},
): Promise<void> {
  checkId(kind, from)
  checkId(kind, to)
  const json = { fromRepo: from, toRepo: to, type: kind }
  await once(context, { method: 'POST', json }, 'repos/move', 'moved', options)
}

/**
 * Sets visibility or gating. Retried after passing failures, because repeating the same settings changes nothing.
 *
 * @throws RepoNotFound when it does not exist; Refused when the name is a former one; NotAuthorized; RetryLater
 */
export async function updateRepoSettings(
  { endpoint, requester }: HubContext,
  kind: RepoKind,
  id: string,
  settings: RepoSettings,
  { signal }: WriteOptions = {},
): Promise<void> {
  const url = apiUrl(endpoint, `${repoPath(kind, id, undefined)}/settings`)
  await requester.change(url, { method: 'PUT', json: { ...settings }, route: 'change', signal })
}

/** Sends a change that must not be repeated blindly. */
async function once(
  { endpoint, requester }: HubContext,
  change: ChangeRequest,
  path: string,
  done: string,
  { signal }: WriteOptions,
): Promise<ChangeAnswer> {
  const url = apiUrl(endpoint, path)
  try {
    return await requester.change(url, { ...change, route: 'change', signal, retries: 0 })
  } catch (error) {
    if (!(error instanceof RetryLater) || error.status === 429 || neverLeft(error.cause)) throw error
    throw new OutcomeUnknown(
      `${error.message} The repo may or may not have been ${done}, so the change was not repeated: look up the repo first.`,
      { url, status: error.status, requestId: error.requestId, serverMessage: error.serverMessage, cause: error },
    )
  }
}

/** Without a connection nothing can have been changed. */
function neverLeft(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'UND_ERR_CONNECT_TIMEOUT'
}

function ownerAndName(kind: RepoKind, id: string): { name: string; organization?: string } {
  checkId(kind, id)
  const slash = id.indexOf('/')
  return slash < 0 ? { name: id } : { organization: id.slice(0, slash), name: id.slice(slash + 1) }
}

/** @throws Refused when the id cannot name a repo */
function checkId(kind: RepoKind, id: string): void {
  repoPath(kind, id, undefined)
}

function parsed(answer: ChangeAnswer): Record<string, unknown> {
  try {
    const json: unknown = parseJson(answer.text)
    return isObject(json) ? json : {}
  } catch {
    // The caller reports the missing fields.
    return {}
  }
}
