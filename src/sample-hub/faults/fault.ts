const FAULT_KINDS = [
  'latency',
  '429',
  '5xx',
  'reset',
  'cut',
  'html',
  'json',
  'other-host',
  'loop',
  'dead-page',
  'bad-page',
  'repeat',
  'drop',
  'hidden',
] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

/**
 * A fault and when it strikes. Requests match if their URL contains `path`. The first `after` matches pass; of the others every
 * `every`-th is hit with probability `rate`, until the fault has struck `times` times.
 */
export interface Fault {
  readonly kind: FaultKind
  /** @default '' */
  readonly path: string
  /** @default 0 */
  readonly after: number
  /** @default 1 */
  readonly every: number
  /** @default 1 */
  readonly rate: number
  /** @default unlimited; 1 for dead-page, whose page stays dead */
  readonly times: number
  /** `latency`: delay of the response. @default 100 */
  readonly ms: number
  /** Status of `5xx` or `bad-page`. @default one of 500, 502, 503 and 504 per strike; 500 for `bad-page` */
  readonly status: number | undefined
  /** `bad-page`: affects only pages with this repo. @default any page */
  readonly repo: string | undefined
  /** `bad-page`: affects only pages with more repos than this. @default 0 */
  readonly over: number
  /** `bad-page`: affects only pages that expand this field. @default any page */
  readonly field: string | undefined
  /** `bad-page`: what to send with status 200 instead of an error: NaN, or half of the page. @default an error */
  readonly body: 'nan' | 'half' | undefined
  /** `429`: seconds for a Retry-After header. @default no such header */
  readonly retryAfter: number | undefined
  /** `other-host`: the host of the link. @default other-host.example */
  readonly host: string
}

const COMMON_KEYS = ['path', 'after', 'every', 'rate', 'times']
const OWN_KEYS: Readonly<Partial<Record<FaultKind, readonly string[]>>> = {
  latency: ['ms'],
  '5xx': ['status'],
  'bad-page': ['repo', 'status', 'over', 'field', 'body'],
  '429': ['retry-after'],
  'other-host': ['host'],
}

/** A fault that strikes every request, except as given. */
export function createFault(kind: FaultKind, given: Partial<Omit<Fault, 'kind'>> = {}): Fault {
  return {
    kind,
    path: '',
    after: 0,
    every: 1,
    rate: 1,
    times: kind === 'dead-page' ? 1 : Number.POSITIVE_INFINITY,
    ms: 100,
    status: undefined,
    repo: undefined,
    over: 0,
    field: undefined,
    body: undefined,
    retryAfter: undefined,
    host: 'other-host.example',
    ...given,
  }
}

/** Parses `KIND` or `KIND:key=value,key=value`, such as `5xx:status=503,rate=0.01`. Throws on anything unknown. */
export function parseFault(text: string): Fault {
  const colon = text.indexOf(':')
  const name = colon < 0 ? text : text.slice(0, colon)
  const kind = FAULT_KINDS.find((known) => known === name)
  if (kind === undefined) {
    throw new Error(`Unknown fault ${JSON.stringify(name)}: expected one of ${FAULT_KINDS.join(', ')}`)
  }
  const settings = colon < 0 ? new Map() : parseSettings(text.slice(colon + 1), kind)
  const number = (key: string, least: number, most = Number.POSITIVE_INFINITY) =>
    parseNumber(kind, key, settings.get(key), least, most)
  const standard = createFault(kind)
  return {
    kind,
    path: settings.get('path') ?? standard.path,
    after: number('after', 0) ?? standard.after,
    every: number('every', 1) ?? standard.every,
    rate: number('rate', 0, 1) ?? standard.rate,
    times: number('times', 1) ?? standard.times,
    ms: number('ms', 0) ?? standard.ms,
    status: number('status', 500, 599) ?? standard.status,
    repo: settings.get('repo') ?? standard.repo,
    over: number('over', 0) ?? standard.over,
    field: settings.get('field') ?? standard.field,
    body: parseBody(settings.get('body')) ?? standard.body,
    retryAfter: number('retry-after', 0) ?? standard.retryAfter,
    host: settings.get('host') ?? standard.host,
  }
}

function parseBody(text: string | undefined): Fault['body'] {
  if (text === undefined || text === 'nan' || text === 'half') return text
  throw new Error(`Cannot read body=${text} of fault bad-page: expected nan or half`)
}

function parseSettings(text: string, kind: FaultKind): ReadonlyMap<string, string> {
  const allowed = [...COMMON_KEYS, ...(OWN_KEYS[kind] ?? [])]
  return new Map(
    text.split(',').map((part): [string, string] => {
      const equals = part.indexOf('=')
      const key = part.slice(0, Math.max(equals, 0))
      if (!allowed.includes(key)) {
        throw new Error(
          `Cannot read ${JSON.stringify(part)} of fault ${kind}: expected key=value with a key of ${allowed.join(', ')}`,
        )
      }
      return [key, part.slice(equals + 1)]
    }),
  )
}

function parseNumber(kind: FaultKind, key: string, text: string | undefined, least: number, most: number) {
  if (text === undefined) return undefined
  const value = text === '' ? Number.NaN : Number(text)
  if (value >= least && value <= most && (key === 'rate' || Number.isInteger(value))) return value
  const range = Number.isFinite(most) ? `from ${least} to ${most}` : `of at least ${least}`
  throw new Error(`Cannot read ${key}=${text} of fault ${kind}: expected a number ${range}`)
}
