import type { HubContext } from '../context.ts'
import { apiUrl } from '../endpoint.ts'
import { BrokenAnswer } from '../errors.ts'
import { traceOf } from '../http/response-error.ts'
import { isObject } from '../is-object.ts'

/** The account behind the token. */
export interface Whoami {
  name: string
  fullname: string | undefined
  /** `user`, or another kind of account that may have tokens. */
  type: string
  isPro: boolean
  orgs: readonly { name: string; role: string | undefined }[]
  /** Undefined when the Hub does not describe the token. */
  token: { displayName: string | undefined; role: string | undefined } | undefined
  /** As it came, without any check. */
  payload: Record<string, unknown>
}

/** @throws NotAuthorized without a valid token; RetryLater after a 429, since the Hub limits this route hard */
export async function whoami({ endpoint, requester }: HubContext): Promise<Whoami> {
  const { json, url, headers } = await requester.request(apiUrl(endpoint, 'whoami-v2'), { route: 'fixed' })
  const name = isObject(json) ? json['name'] : undefined
  if (!isObject(json) || typeof name !== 'string') {
    throw new BrokenAnswer('The Hub described the account without a name, expected one.', traceOf(url, 200, headers))
  }
  const token = isObject(json['auth']) ? json['auth']['accessToken'] : undefined
  return {
    name,
    fullname: textOf(json['fullname']),
    type: textOf(json['type']) ?? 'user',
    isPro: json['isPro'] === true,
    orgs: orgsIn(json['orgs']),
    token: isObject(token) ? { displayName: textOf(token['displayName']), role: textOf(token['role']) } : undefined,
    payload: json,
  }
}

/** Asks the first time only: the Hub limits the route hard and asks clients to keep the answer. A failure is not kept. */
export function whoamiOnce(ask: () => Promise<Whoami>): () => Promise<Whoami> {
  let answer: Promise<Whoami> | undefined
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = undefined
      throw error
    })
    return answer
  }
}

function orgsIn(orgs: unknown): Whoami['orgs'] {
  if (!Array.isArray(orgs)) return []
  return orgs.filter(isObject).flatMap(({ name, roleInOrg }) => {
    return typeof name === 'string' ? [{ name, role: textOf(roleInOrg) }] : []
  })
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
