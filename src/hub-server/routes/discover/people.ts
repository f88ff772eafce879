import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { pluralOf, REPO_KINDS } from '../../../hub/kinds.ts'
import { HubRefusal } from '../../http/hub-refusal.ts'
import type { HubRepo } from '../../hub-store.ts'
import type { Account, HubAccounts } from '../../people/accounts.ts'
import { type BelowRepo, type RouteContext, splitUrl } from '../route-context.ts'
import { sendPage } from './page-of.ts'
import { countPublic, publicRepos } from './public-query.ts'

/** Users that like repos; owners of repos are accounts, too. */
const READERS = Array.from({ length: 40 }, (_, number) => `reader-${number + 1}`)
const MAX_PAGE = 500
/** Internal field of a repo, never served: the names of users that like it through the API. */
const LIKERS_FIELD = 'likers'

/** The names of the users that like a repo: as many as it has likes, up to the number of users. */
function likersOf(repo: HubRepo): string[] {
  const named = Array.isArray(repo[LIKERS_FIELD]) ? repo[LIKERS_FIELD].filter((name) => typeof name === 'string') : []
  const likes = typeof repo['likes'] === 'number' ? Math.max(0, Math.floor(repo['likes'])) : 0
  const first = Number.parseInt(idOf(repo._id).slice(0, 6), 16)
  const others = READERS.map((_, step) => READERS[(first + step) % READERS.length] ?? '')
  return [...new Set([...named, ...others])].slice(0, Math.min(likes, READERS.length))
}

/** Answers `/likers` of a repo. */
export function sendLikers({ repo, accounts, baseUrl, request, reply }: BelowRepo) {
  const users = likersOf(repo).map((name) => userItem(accounts, name))
  return sendPage(request, reply, users, { baseUrl, most: MAX_PAGE })
}

/**
 * Adds overviews of users and organizations, members, followers and likes. Accounts that were set up are as they were set up; of
 * the other owners of repos, most are organizations.
 */
export function addPeopleRoutes(app: FastifyInstance, context: RouteContext): void {
  const { accounts } = context
  const numbersOf = async (author: string) => {
    const counts = await Promise.all(REPO_KINDS.map((kind) => countPublic(context, kind, { author })))
    return Object.fromEntries(counts.map((count, index) => [COUNT_NAMES[index] ?? '', count]))
  }
  const find = async (name: string) => {
    if (READERS.includes(name)) return { isOrganization: false, numbers: await numbersOf(name) }
    const numbers = await numbersOf(name)
    const isOwner = Object.values(numbers).some((count) => count > 0)
    const isKnown = isOwner || accounts?.declared(name) !== undefined
    return isKnown ? { isOrganization: isOrganization(accounts, name), numbers } : undefined
  }
  const expectAccount = async (name: string, mustBeOrganization: boolean) => {
    const account = await find(name)
    if (account?.isOrganization === mustBeOrganization) return account
    throw new HubRefusal(404, mustBeOrganization ? 'This organization does not exist' : 'This user does not exist')
  }

  app.get<{ Params: { name: string } }>('/api/users/:name/overview', async ({ params: { name } }) => {
    const { numbers } = await expectAccount(name, false)
    const likes = (await likesOf(name)).length
    const social = { numFollowing: 0, numFollowers: followersOf(name).length, numLikes: likes, numUpvotes: 0 }
    const orgs = (accounts?.orgsOf(name) ?? []).map((org) => ({ ...named(org), type: 'org' }))
    return { ...userItem(accounts, name), type: 'user', ...numbers, numDiscussions: 0, numPapers: 0, ...social, orgs }
  })
  app.get<{ Params: { name: string } }>('/api/organizations/:name/overview', async ({ params: { name } }) => {
    const { numbers } = await expectAccount(name, true)
    const people = { numUsers: membersOf(accounts, name).length, numFollowers: followersOf(name).length }
    const plan = accounts?.declared(name)?.plan
    const own = { ...named(accountOf(accounts, name)), isVerified: false, ...(plan === undefined ? {} : { plan }) }
    return { ...own, ...numbers, ...people }
  })
  app.get<{ Params: { name: string } }>('/api/organizations/:name/members', async (request, reply) => {
    await expectAccount(request.params.name, true)
    const items = membersOf(accounts, request.params.name).map((name) => ({ ...userItem(accounts, name), type: 'user' }))
    return sendPage(request, reply, items, { baseUrl: context.baseUrl(request), most: MAX_PAGE })
  })
  for (const [path, isOfOrganization] of [
    ['/api/organizations/:name/followers', true],
    ['/api/users/:name/followers', false],
  ] as const) {
    app.get<{ Params: { name: string } }>(path, async (request, reply) => {
      await expectAccount(request.params.name, isOfOrganization)
      const items = followersOf(request.params.name).map((name) => ({ ...userItem(accounts, name), type: 'user' }))
      return sendPage(request, reply, items, { baseUrl: context.baseUrl(request), most: MAX_PAGE })
    })
  }
  app.get<{ Params: { name: string } }>('/api/users/:name/following', async (request, reply) => {
    await expectAccount(request.params.name, false)
    return reply.send([])
  })
  app.get<{ Params: { name: string } }>('/api/users/:name/likes', async (request, reply) => {
    await expectAccount(request.params.name, false)
    const likes = await likesOf(request.params.name)
    return sendPage(request, reply, likes, { baseUrl: context.baseUrl(request), most: MAX_PAGE })
  })

  /** Among the most liked repos of each kind: a whole Hub would take long to search. */
  async function likesOf(name: string) {
    const likes: { createdAt: unknown; repo: { name: string; type: string } }[] = []
    for (const kind of REPO_KINDS) {
      for (const repo of await publicRepos(context, kind, { sort: 'likes' }, ['likes', LIKERS_FIELD, 'lastModified'])) {
        if (!likersOf(repo).includes(name)) continue
        likes.push({ createdAt: repo['lastModified'], repo: { name: repo.id, type: kind } })
      }
    }
    return likes
  }
}

const COUNT_NAMES = REPO_KINDS.map((kind) => `num${pluralOf[kind].replace(/^./, (letter) => letter.toUpperCase())}`)

function isOrganization(accounts: HubAccounts | undefined, name: string): boolean {
  const declared = accounts?.declared(name)
  return declared === undefined ? Number.parseInt(idOf(name).slice(0, 2), 16) % 4 !== 0 : declared.type === 'org'
}

function membersOf(accounts: HubAccounts | undefined, organization: string): string[] {
  if (accounts?.declared(organization) !== undefined) return accounts.membersOf(organization).map(({ name }) => name)
  const first = Number.parseInt(idOf(organization).slice(0, 6), 16)
  return Array.from({ length: 1 + (first % 5) }, (_, step) => READERS[(first + step * 7) % READERS.length] ?? '')
}

function followersOf(name: string): string[] {
  return READERS.slice(0, Number.parseInt(idOf(`${name} followers`).slice(0, 2), 16) % READERS.length)
}

function accountOf(accounts: HubAccounts | undefined, name: string): Pick<Account, 'hubId' | 'name' | 'fullname' | 'plan'> {
  return accounts?.declared(name) ?? { hubId: idOf(name), name, fullname: name, plan: undefined }
}

function named({ hubId, name, fullname }: Pick<Account, 'hubId' | 'name' | 'fullname'>) {
  return { _id: hubId, name, fullname, avatarUrl: avatarOf(name) }
}

function userItem(accounts: HubAccounts | undefined, asked: string) {
  const account = accountOf(accounts, asked)
  const { name, ...shown } = named(account)
  return { ...shown, user: name, isPro: account.plan === 'pro' }
}

export function avatarOf(name: string): string {
  return `/avatars/${idOf(name)}.svg`
}

export function idOf(name: string): string {
  return createHash('sha1').update(name).digest('hex').slice(0, 24)
}

/** Owners among found repos whose names contain the words, as the quick search lists them. */
export function ownersAmong(
  repos: readonly HubRepo[],
  words: string,
  accounts: HubAccounts | undefined,
): { orgs: object[]; users: object[] } {
  const owners = new Set(
    repos.map(({ id }) => id.split('/')).flatMap(([owner, name]) => (name === undefined ? [] : [owner ?? ''])),
  )
  const found = [...owners].filter((name) => name.toLowerCase().includes(words.toLowerCase()))
  const item = (name: string) => named(accountOf(accounts, name))
  return {
    orgs: found.filter((name) => isOrganization(accounts, name)).map(item),
    users: found.filter((name) => !isOrganization(accounts, name)).map((name) => ({ ...item(name), user: name })),
  }
}

/** The type in the parameters of a request, if it is one of those that are known. */
export function typeIn(url: string, known: readonly string[]): string | undefined {
  const type = splitUrl(url).parameters.get('type')
  if (type === null || known.includes(type)) return type ?? undefined
  throw new HubRefusal(400, `"type" must be one of [${known.join(', ')}]`)
}
