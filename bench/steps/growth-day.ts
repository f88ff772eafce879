import '../../src/service/lean-heap.ts'
import type { OpenPass } from '../../src/catalog/passes/pass.ts'
import { createPassStore } from '../../src/catalog/passes/pass-store.ts'
import { createLeaseOwner } from '../../src/catalog/processes/lease-owner.ts'
import { readPage } from '../../src/crawl/passes/read-page.ts'
import type { RepoKind } from '../../src/hub/kinds.ts'
import { SearchSync } from '../../src/search/indexing/sync.ts'
import { PostgresSearchEngine } from '../../src/search/postgres/engine.ts'
import { openInTime } from '../growth/clock.ts'
import { type DailyShares, pagesOfDay } from '../growth/pages.ts'
import { reportStep, stepParameters } from '../support/child.ts'

// Writes the full passes of one day and indexes what moved. Only writing counts, not the making of pages.
const { databaseUrl, repos, day, shares } = stepParameters<{
  databaseUrl: string
  repos: number
  day: number
  shares: DailyShares
}>()
const connection = await openInTime(databaseUrl)
const owner = createLeaseOwner()
const store = createPassStore(connection, owner)
const sync = new SearchSync(connection.db, new PostgresSearchEngine(connection), { owner })
const startedMs = performance.now()
let pass: OpenPass | undefined
let passMs = 0
let count = 0
let cursor: string | null = null
const pages = pagesOfDay(repos, day, shares)
for (let { value: page } = pages.next(); page !== undefined; ) {
  const { value: next } = pages.next()
  if (pass?.kind !== page.kind) cursor = null
  const lease: OpenPass = pass !== undefined && pass.kind === page.kind ? pass : await openPass(page.kind)
  pass = lease
  const isLast = next?.kind !== page.kind
  const [previousCursor, nextCursor]: [string | null, string | null] = [cursor, isLast ? null : `page-${count}`]
  const position = { previousCursor, cursor: nextCursor, requests: 1, includePrivate: false }
  const read = readPage({ kind: page.kind, items: page.items, ...position })
  const writtenMs = performance.now()
  await store.writePage(lease, read)
  passMs += performance.now() - writtenMs
  count += page.items.length
  cursor = nextCursor
  page = next
}
const indexedMs = performance.now()
await sync.finish()
const indexMs = performance.now() - indexedMs
reportStep(startedMs, { repos: count, passSeconds: passMs / 1000, indexSeconds: indexMs / 1000 })
await connection.close()

async function openPass(kind: RepoKind): Promise<OpenPass> {
  const opened = await store.openPass({ kind, scope: 'full', endpoint: 'http://hub.example' })
  if ('passId' in opened && 'cursor' in opened) return opened
  throw new Error(`The pass over ${kind}s cannot be opened: ${JSON.stringify(opened)}`)
}
