import type { HubContext } from '../context.ts'
import { apiUrl } from '../endpoint.ts'
import { BrokenAnswer } from '../errors.ts'
import { changeOnce, type WriteOptions } from '../http/change-once.ts'
import { traceOf } from '../http/response-error.ts'
import { jsonObject } from '../http/server-message.ts'
import type { RepoKind } from '../kinds.ts'
import { repoPath } from './path.ts'

export type Visibility = 'public' | 'private' | 'protected'

export interface NewRepo {
  /** `owner/name`; a name alone creates the repo for the token's own account. */
  id: string
  /** `protected` is for Spaces only. @default the default of the owner's account, mostly public */
  visibility?: Visibility | undefined
  /** For servers that do not know `visibility`. */
  private?: boolean | undefined
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
  /** For servers that do not know `visibility`. */
  private?: boolean | undefined
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
  { id, ...fields }: NewRepo,
  options: WriteOptions = {},
): Promise<CreatedRepo> {
  const json = { ...ownerAndName(kind, id), type: kind, ...fields }
  const answer = await changeOnce(context, 'repos/create', { method: 'POST', json }, `The ${kind}`, options)
  const made = jsonObject(answer.text) ?? {}
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
  await changeOnce(context, 'repos/delete', { method: 'DELETE', json }, `The ${kind}`, options)
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
  await changeOnce(context, 'repos/move', { method: 'POST', json }, `The ${kind}`, options)
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

/**
 * Copies a repo with its files.
 *
 * @returns the address of the page of the copy
 * @throws Refused with status 409 when the name is taken; RepoNotFound; NotAuthorized; OutcomeUnknown
 */
export async function duplicateRepo(
  context: HubContext,
  kind: RepoKind,
  from: string,
  { to, ...fields }: { to: string } & Pick<NewRepo, 'visibility' | 'private'>,
  options: WriteOptions = {},
): Promise<string> {
  checkId(kind, to)
  const path = `${repoPath(kind, from, undefined)}/duplicate`
  const change = { method: 'POST', json: { repository: to, ...fields } } as const
  const { text, url, headers } = await changeOnce(context, path, change, `The ${kind}`, options)
  const page = jsonObject(text)?.['url']
  if (typeof page === 'string') return page
  throw new BrokenAnswer(`The Hub answered the copy of ${from} without its url. It was probably made; look it up.`, {
    ...traceOf(url, 200, headers),
  })
}

/**
 * Likes or unlikes a repo as the user of the token. Retried, because a repetition changes nothing.
 *
 * @throws RepoNotFound; NotAuthorized; Refused when the Hub lets only people do so; RetryLater
 */
export async function likeRepo(
  { endpoint, requester }: HubContext,
  kind: RepoKind,
  id: string,
  isLiked: boolean,
  { signal }: WriteOptions = {},
): Promise<void> {
  const url = apiUrl(endpoint, `${repoPath(kind, id, undefined)}/like`)
  await requester.change(url, { method: isLiked ? 'POST' : 'DELETE', route: 'change', signal })
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
