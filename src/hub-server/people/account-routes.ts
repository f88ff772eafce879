import type { FastifyInstance } from 'fastify'
import { pluralOf, REPO_KINDS } from '../../hub/kinds.ts'
import { HubRefusal } from '../http/hub-refusal.ts'
import type { RateLimit } from '../http/rate-limit.ts'
import { objectBody, textIn } from '../routes/repo-body.ts'
import type { RouteContext } from '../routes/route-context.ts'
import { writableRepo } from '../routes/writable-repo.ts'
import { type Account, type HubAccounts, quotaOf, type SignedIn } from './accounts.ts'
import { requireSignedIn } from './signed-in.ts'

/** Adds whoami, which the Hub limits more strictly than anything else, and the grant of access to a gated repo. */
export function addAccountRoutes(
  app: FastifyInstance,
  context: RouteContext,
  { accounts, whoamiLimit }: { readonly accounts: HubAccounts; readonly whoamiLimit: RateLimit | undefined },
): void {
  app.get('/api/whoami-v2', async (request) => {
    const person = requireSignedIn(request)
    const caller = { token: person.token.displayName, address: request.ip, user: quotaOf(person) }
    if (whoamiLimit?.charge('api', caller).refusal !== undefined) {
      throw new HubRefusal(429, 'You have exceeded the rate limit of whoami-v2. Store its answer instead of asking again.')
    }
    return whoami(person)
  })

  for (const kind of REPO_KINDS) {
    app.post(`/api/${pluralOf[kind]}/:owner/:name/user-access-request/grant`, async (request) => {
      requireSignedIn(request)
      const { owner, name } = request.params as Record<'owner' | 'name', string>
      const user = textIn(objectBody(request), 'user')
      const repo = await writableRepo(context, kind, `${owner}/${name}`, request)
      if (accounts.find(user)?.type !== 'user') throw new HubRefusal(404, 'This user does not exist')
      accounts.grantAccess(kind, repo._id, user)
      return { success: true }
    })
  }
}

function whoami({ account, orgs, token }: SignedIn): Record<string, unknown> {
  return {
    ...profile(account),
    email: `${account.name}@hub.example`,
    emailVerified: true,
    isPro: account.plan === 'pro',
    orgs: orgs.map((org) => ({ ...profile(org.account), email: null, ...planOf(org.account), roleInOrg: org.role })),
    auth: {
      type: 'access_token',
      accessToken: {
        displayName: token.displayName,
        role: token.role,
        createdAt: token.createdAt,
        ...(token.role === 'fineGrained' ? { fineGrained: fineGrained({ account, orgs, token }) } : {}),
      },
    },
  }
}

function profile({ type, hubId, name, fullname, plan }: Account): Record<string, unknown> {
  return {
    type,
    id: hubId,
    name,
    fullname,
    canPay: plan !== undefined,
    billingMode: 'postpaid',
    periodEnd: null,
    avatarUrl: `/avatars/${hubId}.svg`,
  }
}

function planOf({ plan }: Account): { plan?: string } {
  return plan === undefined ? {} : { plan }
}

function fineGrained({ account, orgs, token }: Pick<SignedIn, 'account' | 'orgs' | 'token'>): Record<string, unknown> {
  const known = [account, ...orgs.map((org) => org.account)]
  return {
    scoped: token.scoped.map(({ entity, permissions }) => ({
      entity: { _id: known.find(({ name }) => name === entity.name)?.hubId ?? '', ...entity },
      permissions,
    })),
    global: [],
    canReadGatedRepos: token.canReadGatedRepos,
  }
}
