import { type Kysely, sql } from 'kysely'
import { INDEX_TASK } from '../../catalog/outbox/index-attempts.ts'
import { sanitizeText } from '../../catalog/repos/sanitize-text.ts'
import type { Database } from '../../catalog/schema.ts'
import { recordFailure } from '../../catalog/stages/failures.ts'
import type { CatalogKind } from '../../hub/kinds.ts'
import type { RefusedDocument } from '../search-engine.ts'

const MAX_REASON_LENGTH = 1_000

/** Records refused documents as failures, and deletes the failures of documents that were accepted. */
export async function recordRefused(
  db: Kysely<Database>,
  written: readonly string[],
  refused: readonly RefusedDocument[],
): Promise<void> {
  const reasons = new Map(refused.map(({ hubId, reason }) => [hubId, sanitizeText(reason, MAX_REASON_LENGTH)]))
  const accepted = written.filter((hubId) => !reasons.has(hubId))
  if (accepted.length > 0 && (await hasFailures(db))) {
    await sql`
      delete from catalog.failures where task = ${INDEX_TASK} and hub_id = any(${accepted}::text[])`.execute(db)
  }
  if (reasons.size === 0) return
  const repos = await db
    .selectFrom('catalog.repos')
    .select(['hub_id', 'kind'])
    .where('hub_id', 'in', [...reasons.keys()])
    .execute()
  for (const { hub_id, kind } of repos) {
    const answer = reasons.get(hub_id) ?? ''
    await recordFailure(db, { task: INDEX_TASK, hubId: hub_id, kind, cause: 'refused', status: null, answer })
  }
}

/** Mostly false, which saves sending thousands of hub ids for each batch. */
async function hasFailures(db: Kysely<Database>): Promise<boolean> {
  return (await db.selectFrom('catalog.failures').select('task').where('task', '=', INDEX_TASK).limit(1).execute()).length > 0
}

/** Enqueues refused repos whose retry is due. */
export async function enqueueRefused(db: Kysely<Database>): Promise<void> {
  await sql`
    insert into catalog.search_outbox (hub_id, counters_only)
    select hub_id, false from catalog.failures where task = ${INDEX_TASK} and retry_at <= now()`.execute(db)
}

/** Live repos with an indexing failure, by hub id. */
export async function refusedRepos(db: Kysely<Database>): Promise<Map<string, CatalogKind>> {
  const { rows } = await sql<{ hub_id: string; kind: CatalogKind }>`
    select f.hub_id, r.kind from catalog.failures f join catalog.repos r on r.hub_id = f.hub_id
    where f.task = ${INDEX_TASK} and r.removed_at is null`.execute(db)
  return new Map(rows.map(({ hub_id, kind }) => [hub_id, kind]))
}
