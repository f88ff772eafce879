import type { Bucket } from '../../hub/budget/budget.ts'
import type { Plan } from '../people/accounts.ts'
import { HubRefusal } from './hub-refusal.ts'

export interface RateLimitOptions {
  /** Requests per window in the `api` bucket; 0 means unlimited and sends no headers. */
  readonly quota: number | undefined
  /** Requests per window in the `resolvers` bucket. @default five times those of `api` */
  readonly resolversQuota?: number | undefined
  /** Quotas of single tokens instead of `quota`. */
  readonly quotas?: Readonly<Record<string, number>> | undefined
  readonly windowSecs: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export interface Caller {
  readonly token: string | undefined
  readonly address: string
  /** The user behind a valid token. All tokens of a user share one quota. */
  readonly user?: { readonly name: string; readonly plan: Plan | undefined } | undefined
}

/** The requests of one window, over all callers. */
export interface WindowUse {
  /** Milliseconds since 1970. */
  readonly started: number
  used: number
  throttled: number
  /** `used` by bucket. */
  readonly usedOf: Record<Bucket, number>
}

export interface Charge {
  readonly headers: Readonly<Record<string, string>>
  /** The response to send instead when the quota of the window is exhausted. */
  readonly refusal: HubRefusal | undefined
}

/** The Hub's quotas (https://huggingface.co/docs/hub/rate-limits). */
const QUOTAS: Readonly<Record<'anonymous' | 'free' | Plan, Readonly<Record<Bucket, number>>>> = {
  anonymous: { api: 500, resolvers: 3_000 },
  free: { api: 1_000, resolvers: 5_000 },
  pro: { api: 2_500, resolvers: 12_000 },
  team: { api: 3_000, resolvers: 20_000 },
  academia: { api: 3_000, resolvers: 20_000 },
  enterprise: { api: 6_000, resolvers: 50_000 },
  plus: { api: 10_000, resolvers: 100_000 },
}
/** For quotas that are given for the API only. */
const RESOLVERS_PER_API_REQUEST = 5

/** Enough for a test with many short windows, and bounded for a Hub that runs for days. */
const REMEMBERED_WINDOWS = 1000

/** Counts requests per token, or per address, in fixed windows that start for all callers at multiples of their length. */
export class RateLimit {
  readonly windows: WindowUse[] = []
  readonly #options: RateLimitOptions
  #used = new Map<string, number>()

  constructor(options: RateLimitOptions) {
    this.#options = options
  }

  /** Every request costs one, including redirects and errors; a refused one costs nothing. */
  charge(bucket: Bucket, caller: Caller): Charge {
    const now = this.#options.now()
    const window = this.#windowAt(now)
    const quota = this.#quota(bucket, caller)
    if (quota === 0) {
      spend(window, bucket)
      return { headers: {}, refusal: undefined }
    }
    const key = `${bucket} ${caller.user?.name ?? caller.token ?? caller.address}`
    const used = this.#used.get(key) ?? 0
    const isSpent = used >= quota
    if (isSpent) window.throttled++
    else {
      spend(window, bucket)
      this.#used.set(key, used + 1)
    }
    const { windowSecs } = this.#options
    const remaining = Math.max(0, quota - used - 1)
    const resetSecs = Math.ceil((window.started + windowSecs * 1000 - now) / 1000)
    return {
      headers: {
        ratelimit: `"${bucket}";r=${remaining};t=${resetSecs}`,
        'ratelimit-policy': `"fixed window";"${bucket}";q=${quota};w=${windowSecs}`,
      },
      refusal: isSpent ? new HubRefusal(429, refusalText(bucket, caller, quota, windowSecs)) : undefined,
    }
  }

  #windowAt(now: number): WindowUse {
    const windowMs = this.#options.windowSecs * 1000
    const started = Math.floor(now / windowMs) * windowMs
    const last = this.windows.at(-1)
    if (last?.started === started) return last
    const window = { started, used: 0, throttled: 0, usedOf: { api: 0, resolvers: 0 } }
    this.windows.push(window)
    if (this.windows.length > REMEMBERED_WINDOWS) this.windows.shift()
    this.#used = new Map()
    return window
  }

  #quota(bucket: Bucket, caller: Caller): number {
    const { resolversQuota, quotas } = this.#options
    if (bucket === 'resolvers' && resolversQuota !== undefined) return resolversQuota
    const quota = quotas?.[caller.token ?? ''] ?? this.#options.quota
    if (quota === undefined) return QUOTAS[planOf(caller)][bucket]
    return bucket === 'api' ? quota : quota * RESOLVERS_PER_API_REQUEST
  }
}

function planOf({ token, user }: Caller): keyof typeof QUOTAS {
  return user?.plan ?? (token === undefined ? 'anonymous' : 'free')
}

function spend(window: WindowUse, bucket: Bucket): void {
  window.used++
  window.usedOf[bucket]++
}

function refusalText(bucket: Bucket, caller: Caller, quota: number, windowSecs: number): string {
  if (caller.token === undefined) {
    return `We had to rate limit your IP (${caller.address}). To continue using our service, create a HF account or login to your existing account, and make sure you pass a HF_TOKEN if you're using the API.`
  }
  const period = windowSecs % 60 === 0 ? `${windowSecs / 60} minutes` : `${windowSecs} seconds`
  return `We had to rate limit you, you hit the quota of ${quota} ${bucket} requests per ${period} period. Upgrade to a PRO user or Team/Enterprise organization account (https://hf.co/pricing) to get higher limits. See https://huggingface.co/docs/hub/rate-limits`
}
