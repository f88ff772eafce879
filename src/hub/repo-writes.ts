import { apiUrl } from './endpoint.ts'
import { BrokenAnswer, OutcomeUnknown, RetryLater } from './errors.ts'
import type { HubContext } from './hub-context.ts'
import { isObject } from './is-object.ts'
import type { RepoKind } from './kinds.ts'
import { parseJson } from './parse-json.ts'
import { repoPath } from './repo-path.ts'
import type { ChangeAnswer } from './requester.ts'
import { traceOf } from './response-error.ts'
import type { ChangeRequest } from './transport.ts'

export interface WriteOptions {
  signal?: AbortSignal | undefined
}

type Visibility = 'public' | 'private' | 'protected'

export interface NewRepo {
  /** `owner/name`; a name alone is made for the token's own account. */
  id: string
  /** `protected` is for Spaces only. @default as the owner's account has it, mostly public */
  visibility?: Visibility | undefined
  license?: string | undefined
  /** Every Space needs one: gradio, docker or static. */
  sdk?: string | undefined
}

export interface CreatedRepo {
  /** The `_id`. */
  hubId: string
  /** `owner/name`, the owner filled in. */
  id: string
  /** Of its page. */
  url: string
}

/** What is left out stays as it is. */
export interface RepoSettings {
  visibility?: Visibility | undefined
  gated?: false | 'auto' | 'manual' | undefined
}

/**
 * Makes a repo. Sent once, since a second one would meet the first: where no clear answer comes it is OutcomeUnknown.
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
    `The new ${kind} was answered without id, name or url, expected all three. It has probably been created; look it up.`,
    traceOf(answer.url, 200, answer.headers),
  )
}

/**
 * Deletes a repo for good. Sent once, since by a second time the name may be another repo's.
 *
 * @throws RepoNotFound when there is none; NotAuthorized; OutcomeUnknown
 */
export async function deleteRepo(
  context: HubContext,
  kind: RepoKind,
  id: string,
  options: WriteOptions = {},
): Promise<void> {
  const json = { ...ownerAndName(kind, id), type: kind }
  await once(context, { method: 'DELETE', json }, 'repos/delete', 'deleted', options)
}

/**
 * Gives a repo another name. Sent once, since by a second time the old name may be another repo's.
 *
 * @throws RepoNotFound when there is none; Refused when the new name is taken; NotAuthorized; OutcomeUnknown
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
 * Sets visibility or gating. Sent again after what passes: twice the same settings are the same settings.
 *
 * @throws RepoNotFound when there is no such repo; Refused when the name is a former one; NotAuthorized; RetryLater
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

/** Sends a change that must not be sent again blindly. */
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
      `${error.message} It is not known whether the repo was ${done}, so it was not tried again: look it up first.`,
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
    // What is missing from it is what the caller reports.
    return {}
  }
}
