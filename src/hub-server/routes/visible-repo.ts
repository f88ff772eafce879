import type { FastifyRequest } from 'fastify'
import type { RepoKind } from '../../hub/kinds.ts'
import { HubRefusal } from '../http/hub-refusal.ts'
import type { HubFiles } from '../hub-files.ts'
import type { FoundRepo, HubRepo, HubStore, WantedFields } from '../hub-store.ts'
import { CREATOR_FIELD, canReadGated, canSee } from '../people/permissions.ts'
import { signedInAs } from '../people/signed-in.ts'

/** Fields that decide what a caller may see of a repo. */
const ACCESS_FIELDS = ['private', 'disabled', 'gated', 'sha', CREATOR_FIELD]
const ACCESS: WantedFields = { names: new Set(ACCESS_FIELDS), blobs: false }

/** Finds a repo or its new name. Throws the same error for missing and invisible repos, since the Hub never says which. */
export async function visibleRepo(
  store: HubStore,
  kind: RepoKind,
  id: string,
  wanted: { readonly names: Iterable<string>; readonly blobs: boolean },
  request: FastifyRequest,
): Promise<FoundRepo> {
  const fields: WantedFields = { names: new Set([...wanted.names, ...ACCESS_FIELDS]), blobs: wanted.blobs }
  const found = await store.find(kind, id, fields)
  if (found === undefined || !(await isVisible(store, kind, found, request))) throw missingRepo(request)
  return found
}

/** Whether a repo of that name exists for this caller. */
export async function holdsVisible(store: HubStore, kind: RepoKind, id: string, request: FastifyRequest): Promise<boolean> {
  const found = await store.find(kind, id, ACCESS)
  return found !== undefined && (await isVisible(store, kind, found, request))
}

/** A moved repo is visible if its target is: its new name would reveal as much as the repo. */
async function isVisible(store: HubStore, kind: RepoKind, found: FoundRepo, request: FastifyRequest): Promise<boolean> {
  const person = signedInAs(request)
  if ('repo' in found) return canSee(person, kind, found.repo)
  const target = await store.find(kind, found.movedTo, ACCESS)
  return target !== undefined && 'repo' in target && canSee(person, kind, target.repo)
}

/**
 * Without a token, a missing repo looks like one that needs credentials. The Hub sends no code with it, and huggingface_hub
 * recognizes it by the https address. Over http that client needs the code.
 */
export function missingRepo(request: FastifyRequest): HubRefusal {
  if (signedInAs(request) !== undefined) return new HubRefusal(404, 'Repository not found', 'RepoNotFound')
  return new HubRefusal(401, 'Invalid username or password.', request.protocol === 'https' ? undefined : 'RepoNotFound')
}

/** It has no error code: clients recognize it by this sentence. */
export function disabledRepo(): HubRefusal {
  return new HubRefusal(403, 'Access to this resource is disabled.')
}

/** Throws when the caller may not read the files, or what is derived from them. Metadata of gated repos is public. */
export function checkFileAccess(kind: RepoKind, repo: HubRepo, request: FastifyRequest): void {
  if (repo['disabled'] === true) throw disabledRepo()
  if (repo['gated'] !== 'auto' && repo['gated'] !== 'manual') return
  const person = signedInAs(request)
  if (canReadGated(person, kind, repo)) return
  const restricted = `Access to ${kind} ${repo.id} is restricted`
  throw person !== undefined
    ? new HubRefusal(403, `${restricted} and you are not in the authorized list. Ask for access on its page.`, 'GatedRepo')
    : new HubRefusal(401, `${restricted}. You must have access to it and be authenticated to access it.`, 'GatedRepo')
}

/** The repo as of a revision. Throws the Hub's 404 for a revision that it does not have. */
export function repoAt(files: HubFiles, kind: RepoKind, repo: HubRepo, revision: string): HubRepo {
  const then = files.at(kind, repo, revision)
  if (then !== undefined) return then
  const { knownRevisions } = files
  const hint = knownRevisions === undefined ? '' : `. ${knownRevisions}`
  throw new HubRefusal(404, `Invalid rev id: ${revision}${hint}`, 'RevisionNotFound')
}
