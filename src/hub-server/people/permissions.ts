import { pluralOf, type RepoKind } from '../../hub/kinds.ts'
import { HubRefusal } from '../http/hub-refusal.ts'
import type { HubRepo } from '../hub-store.ts'
import { ORG_ROLES, type OrgRole, type SignedIn } from './accounts.ts'

/** Names of permissions of fine-grained tokens. A permission to write includes reading. */
type Permission = `${'repo.content' | 'repo' | 'collection' | 'user.webhooks'}.${'read' | 'write'}`

/** What a permission is about: an owner, or one of its repos. */
interface Target {
  readonly owner: string
  readonly kind?: RepoKind
  readonly id?: string
}

/** Internal field of a repo, never served: the user that created it, who may change it as a contributor. */
export const CREATOR_FIELD = 'creator'

/** The role of a user towards the repos and collections of an owner; undefined for a stranger. */
function roleIn({ account, orgs }: SignedIn, owner: string): OrgRole | undefined {
  const name = owner.toLowerCase()
  if (account.name.toLowerCase() === name) return 'admin'
  return orgs.find((org) => org.account.name.toLowerCase() === name)?.role
}

export function hasRole(person: SignedIn, owner: string, least: OrgRole): boolean {
  const role = roleIn(person, owner)
  return role !== undefined && ORG_ROLES.indexOf(role) >= ORG_ROLES.indexOf(least)
}

/** Whether the token, whatever the rights of its user, allows something. */
export function tokenAllows({ token }: SignedIn, permission: Permission, target: Target): boolean {
  if (token.role === 'read') return permission.endsWith('.read')
  if (token.role !== 'fineGrained') return true
  const [subject] = permission.split(/\.(?=[^.]+$)/)
  const sufficient = new Set([permission, `${subject}.write`, ...(permission === 'repo.content.read' ? ['repo.write'] : [])])
  return token.scoped.some(({ entity, permissions }) => {
    const isRepo = entity.type !== 'user' && entity.type !== 'org'
    const isMeant = isRepo
      ? entity.type === target.kind && isSameName(entity.name, target.id)
      : isSameName(entity.name, target.owner)
    return isMeant && permissions.some((one) => sufficient.has(one))
  })
}

/** Whether a caller sees that a repo exists. */
export function canSee(person: SignedIn | undefined, kind: RepoKind, repo: HubRepo): boolean {
  return repo['private'] !== true || (person !== undefined && canReadOwn(person, kind, repo))
}

/** Whether a caller may read the files of a gated repo. */
export function canReadGated(person: SignedIn | undefined, kind: RepoKind, repo: HubRepo): boolean {
  if (person === undefined) return false
  if (canReadOwn(person, kind, repo)) return true
  const { role, canReadGatedRepos } = person.token
  return person.hasAccessTo(kind, repo._id) && (role !== 'fineGrained' || canReadGatedRepos)
}

function canReadOwn(person: SignedIn, kind: RepoKind, { id }: HubRepo): boolean {
  const owner = ownerOf(id)
  return hasRole(person, owner, 'read') && tokenAllows(person, 'repo.content.read', { owner, kind, id })
}

/** The owners whose private repos a caller finds in lists. A token for single repos finds none of them. */
export function privateOwners(person: SignedIn | undefined): readonly string[] {
  if (person === undefined) return []
  const owners = [person.account, ...person.orgs.map((org) => org.account)].map(({ name }) => name)
  return owners.filter((owner) => tokenAllows(person, 'repo.content.read', { owner }))
}

/** Throws the Hub's 403 unless the caller may change a repo: its settings, name and files. */
export function checkCanWrite(person: SignedIn, kind: RepoKind, repo: HubRepo): void {
  const owner = ownerOf(repo.id)
  checkToken(person, 'repo.write', { owner, kind, id: repo.id })
  const isCreator = repo[CREATOR_FIELD] === person.account.name && hasRole(person, owner, 'contributor')
  if (isCreator || hasRole(person, owner, 'write')) return
  throw new HubRefusal(403, `You don't have the rights to change ${pluralOf[kind]}/${repo.id}`)
}

/** Throws the Hub's 403 unless the caller may create repos of an owner. */
export function checkCanCreate(person: SignedIn, kind: RepoKind, owner: string): void {
  checkToken(person, 'repo.write', { owner })
  if (hasRole(person, owner, 'contributor')) return
  throw new HubRefusal(403, `You don't have the rights to create a ${kind} under the namespace "${owner}"`)
}

/** @throws HubRefusal 403 when the token does not allow it, whatever the rights of its user */
export function checkToken(person: SignedIn, permission: Permission, target: Target): void {
  if (tokenAllows(person, permission, target)) return
  const { displayName, role } = person.token
  throw new HubRefusal(
    403,
    `The token "${displayName}" of role ${role} lacks the permission ${permission} for ${target.id ?? target.owner}`,
  )
}

/** Repos of the Hub's first years have no owner, and nobody may change them. */
export function ownerOf(id: string): string {
  return id.includes('/') ? id.slice(0, id.indexOf('/')) : ''
}

function isSameName(name: string, other: string | undefined): boolean {
  return name.toLowerCase() === other?.toLowerCase()
}
