import type { RepoKind } from '../../hub/kinds.ts'

/** What members may do in an organization, in the Hub's words and ascending order. */
export const ORG_ROLES = ['read', 'contributor', 'write', 'admin'] as const
export type OrgRole = (typeof ORG_ROLES)[number]

/** Plans that raise the quotas: `pro` of a user, the others of an organization. */
export const PLANS = ['pro', 'team', 'academia', 'enterprise', 'plus'] as const
export type Plan = (typeof PLANS)[number]

/** A user or an organization. */
export interface Account {
  /** The `_id`. */
  readonly hubId: string
  readonly name: string
  readonly fullname: string
  readonly type: 'user' | 'org'
  /** Undefined for free accounts. */
  readonly plan: Plan | undefined
}

/** What a fine-grained token may do with one user, organization or repo. */
interface TokenScope {
  readonly entity: { readonly type: 'user' | 'org' | RepoKind; readonly name: string }
  /** Such as `repo.content.read`, `repo.write`, `collection.write` or `user.webhooks.write`. */
  readonly permissions: readonly string[]
}

export interface AccessToken {
  readonly displayName: string
  readonly role: 'read' | 'write' | 'god' | 'fineGrained'
  /** As in the Hub's JSON. */
  readonly createdAt: string
  /** Of fine-grained tokens. */
  readonly scoped: readonly TokenScope[]
  /** Whether a fine-grained token reads the files of all public gated repos that its user may read. */
  readonly canReadGatedRepos: boolean
}

/** The user behind a valid token. */
export interface SignedIn {
  readonly account: Account
  readonly orgs: readonly { readonly account: Account; readonly role: OrgRole }[]
  readonly token: AccessToken
  /** Whether an owner has granted this user access to the files of a gated repo. */
  hasAccessTo(kind: RepoKind, hubId: string): boolean
}

/** What the Hub's routes need to know about people. */
export interface HubAccounts {
  /** Undefined for an invalid token. */
  signIn(token: string): SignedIn | undefined
  /** The account of this name in any letter case. */
  find(name: string): Account | undefined
  /** Only if the account was set up; any other name is an account as soon as it owns something. */
  declared(name: string): Account | undefined
  /** The organizations in which a user that was set up has a role. */
  orgsOf(user: string): readonly Account[]
  /** Users with a role in an organization. */
  membersOf(organization: string): readonly Account[]
  /** Grants a user access to the files of a gated repo. */
  grantAccess(kind: RepoKind, hubId: string, user: string): void
}

/** Whose quota a request uses, and its size: a user has the best plan among those of the organizations, too. */
export function quotaOf({ account, orgs }: SignedIn): { name: string; plan: Plan | undefined } {
  const plans = [account, ...orgs.map((org) => org.account)].map(({ plan }) => plan)
  return { name: account.name, plan: PLANS.findLast((plan) => plans.includes(plan)) }
}
