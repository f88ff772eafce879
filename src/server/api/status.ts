import { z } from 'zod'
import type { ApiRoute } from './route.ts'
import { count, instant, repoKind } from './values.ts'

const note = z.object({ code: z.string(), text: z.string() })

/** As `hubdex status --json` prints it. */
const status = z.looseObject({
  verdict: z.array(note),
  endpoint: z.string(),
  readAt: instant,
  isEstimate: z.boolean(),
  kinds: z.array(
    z.looseObject({
      kind: repoKind,
      known: count,
      live: count,
      tombstones: count,
      lastFullAt: instant.nullable(),
      lastRecentAt: instant.nullable(),
      asOf: instant.nullable(),
      changedLast7Days: count,
      lagP50Secs: z.number().nullable(),
      lagP95Secs: z.number().nullable(),
      unconfirmed: count,
      lastFullNote: note.nullable(),
    }),
  ),
  unfinished: z.array(
    z.object({ kind: z.string(), scope: z.string(), state: z.string(), pages: count, error: note.nullable() }),
  ),
  stages: z.array(
    z.object({
      stage: z.string(),
      repos: count,
      done: count,
      absent: count,
      due: count,
      waiting: count,
      coverage: z.number(),
      backlogSecs: z.number().nullable(),
    }),
  ),
  stageOrder: z.string(),
  budgets: z.array(
    z.object({
      budget: z.string(),
      bucket: z.string(),
      remaining: count,
      quota: count,
      windowSecs: count,
      resetAt: instant,
      seenAt: instant,
    }),
  ),
  backlogSecs: z.number().nullable(),
  failures: z.array(z.object({ cause: z.string(), failures: count })),
  outboxEntries: count,
  refreshQueue: count,
  schedule: z.array(
    z.object({
      job: z.string(),
      cron: z.string(),
      cronSource: z.string(),
      lastState: z.string().nullable(),
      lastStartedAt: instant.nullable(),
      lastTookSecs: z.number().nullable(),
      lastNote: z.string().nullable(),
      nextDueAt: instant.nullable(),
    }),
  ),
  search: z.object({ index: z.string().nullable(), documents: count.nullable(), error: note.nullable() }),
  replica: z.object({ bytes: z.number(), secs: z.number() }).nullable(),
})

export const statusRoute = {
  method: 'GET',
  path: '/api/v1/status',
  summary: 'How fresh and complete the catalog is.',
  query: z.strictObject({}),
  answer: status,
} as const satisfies ApiRoute

export const statusStreamRoute = {
  method: 'GET',
  path: '/api/v1/status/stream',
  summary: 'The status as server-sent events named `status`: at once, then whenever it changes.',
  query: z.strictObject({}),
  answer: z.string(),
  mediaTypes: ['text/event-stream'],
} as const satisfies ApiRoute

/** What this client may do, so that a page knows whether to offer a sign-in. */
export const accessRoute = {
  method: 'GET',
  path: '/api/v1/access',
  summary: 'What this server is, and what the client may do.',
  query: z.strictObject({}),
  answer: z.object({
    version: z.string(),
    endpoint: z.string().meta({ description: 'The Hub that is crawled.' }),
    isSignedIn: z.boolean().meta({ description: 'Whether the request had the token of the operator.' }),
    canRunSql: z.boolean(),
    canRetry: z.boolean().meta({ description: 'Whether the client may make failed tasks due.' }),
    signIn: z.string().nullable().meta({
      description: 'Address that makes a browser ask for the token, and then leads back to `?next=`. Null without a token.',
    }),
  }),
} as const satisfies ApiRoute
