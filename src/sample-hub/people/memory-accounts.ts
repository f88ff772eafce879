import type { RepoKind } from '../../hub/kinds.ts'
import { kindOfPlural, pluralOf } from '../../hub/kinds.ts'
import { looksLikeToken } from '../../hub-server/http/caller.ts'
import type { AccessToken, Account, HubAccounts, OrgRole, SignedIn } from '../../hub-server/people/accounts.ts'
import { accountId } from './account-id.ts'
import type { People } from './people.ts'

type User = NonNullable<People['users']>[number]
type DeclaredToken = NonNullable<User['tokens']>[number]

/** Finds the `_id` of a repo by its name. */
type FindRepo = (kind: RepoKind, id: string) => string | undefined

const TOKENS_SINCE = '2024-01-01T00:00:00.000Z'

/**
 * The people of a sample Hub. Every owner of repos is an account. The token `hf_NAME` is that of the user NAME, with `_` for
 * `-`, unless the people name other tokens for that user.
 */
export class MemoryAccounts implements HubAccounts {
  readonly #users: ReadonlyMap<string, User>
  readonly #orgs: ReadonlyMap<string, Account>
  readonly #tokens: ReadonlyMap<string, { readonly user: User; readonly given: DeclaredToken }>
  readonly #valid: ReadonlySet<string> | undefined
  readonly #findRepo: FindRepo
  readonly #onChange: () => void
  /** Users with access, by kind and `_id` of the gated repo. */
  readonly #granted = new Map<string, Set<string>>()

  /** @param tokens the only valid tokens; by default all in the Hub's form */
  constructor(people: People, tokens: readonly string[] | undefined, findRepo: FindRepo, onChange: () => void) {
    const users = people.users ?? []
    const memberships = users.flatMap(({ orgs = {} }) => Object.keys(orgs))
    const declared = [...memberships.map((name) => ({ name })), ...(people.orgs ?? [])]
    this.#users = new Map(users.map((user) => [user.name.toLowerCase(), user]))
    this.#orgs = new Map(declared.map((org) => [org.name.toLowerCase(), accountOf('org', org)]))
    this.#tokens = new Map(users.flatMap((user) => (user.tokens ?? []).map((given) => [given.token, { user, given }] as const)))
    this.#valid = tokens && new Set(tokens)
    this.#findRepo = findRepo
    this.#onChange = onChange
  }

  signIn(token: string): SignedIn | undefined {
    if (!looksLikeToken(token) || this.#valid?.has(token) === false) return undefined
    const declared = this.#tokens.get(token)
    if (declared !== undefined) return this.#person(declared.user, accessToken(declared.given))
    const name = token.slice('hf_'.length).toLowerCase().replaceAll('_', '-')
    const user = this.#users.get(name)
    // An organization has no token, nor has a user with tokens of other names.
    if (this.#orgs.has(name) || user?.tokens !== undefined) return undefined
    return this.#person(user ?? { name }, accessToken({ token }))
  }

  find(name: string): Account | undefined {
    const org = this.#orgs.get(name.toLowerCase())
    return org ?? accountOf('user', this.#users.get(name.toLowerCase()) ?? { name })
  }

  declared(name: string): Account | undefined {
    const [org, user] = [this.#orgs.get(name.toLowerCase()), this.#users.get(name.toLowerCase())]
    return org ?? (user && accountOf('user', user))
  }

  orgsOf(user: string): readonly Account[] {
    return Object.keys(this.#users.get(user.toLowerCase())?.orgs ?? {}).map((name) => this.#org(name))
  }

  membersOf(organization: string): readonly Account[] {
    const name = organization.toLowerCase()
    const members = [...this.#users.values()].filter(({ orgs = {} }) =>
      Object.keys(orgs).some((org) => org.toLowerCase() === name),
    )
    return members.map((user) => accountOf('user', user))
  }

  grantAccess(kind: RepoKind, hubId: string, user: string): void {
    const key = `${kind} ${hubId}`
    const users = this.#granted.get(key) ?? new Set()
    this.#granted.set(key, users.add(user.toLowerCase()))
    this.#onChange()
  }

  /** Users with access to gated repos. */
  get state(): readonly (readonly [string, readonly string[]])[] {
    return [...this.#granted].map(([repo, users]) => [repo, [...users]] as const)
  }

  set state(granted: readonly (readonly [string, readonly string[]])[]) {
    this.#granted.clear()
    for (const [repo, users] of granted) this.#granted.set(repo, new Set(users))
  }

  #person(user: User, token: AccessToken): SignedIn {
    return {
      account: accountOf('user', user),
      orgs: Object.entries(user.orgs ?? {}).map(([name, role]) => ({ account: this.#org(name), role: role as OrgRole })),
      token,
      hasAccessTo: (kind, hubId) => this.#isGranted(user, kind, hubId),
    }
  }

  #isGranted({ name, access = [] }: User, kind: RepoKind, hubId: string): boolean {
    if (this.#granted.get(`${kind} ${hubId}`)?.has(name.toLowerCase()) === true) return true
    return access.some((path) => {
      const slash = path.indexOf('/')
      if (kindOfPlural(path.slice(0, slash)) !== kind) return false
      return this.#findRepo(kind, path.slice(pluralOf[kind].length + 1)) === hubId
    })
  }

  #org(name: string): Account {
    return this.#orgs.get(name.toLowerCase()) ?? accountOf('org', { name })
  }
}

function accountOf(
  type: Account['type'],
  given: { name: string; fullname?: string | undefined; pro?: boolean | undefined; plan?: Account['plan'] },
): Account {
  const { name, fullname = name, plan = given.pro === true ? 'pro' : undefined } = given
  return { hubId: accountId(name), name, fullname, type, plan }
}

function accessToken({
  role = 'write',
  token,
  displayName,
  scoped = [],
  canReadGatedRepos = false,
}: DeclaredToken): AccessToken {
  return {
    displayName: displayName ?? token.slice('hf_'.length),
    role,
    createdAt: TOKENS_SINCE,
    scoped,
    canReadGatedRepos,
  }
}
