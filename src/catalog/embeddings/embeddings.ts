import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema.ts'
import { EMBED_TASK } from './embedder.ts'

/** The text of a repo, by its hash. */
export interface TextHash {
  hubId: string
  /** SHA-256. */
  hash: Buffer
}

export interface EmbeddedText extends TextHash {
  vector: readonly number[]
}

/** How long a process may take for the texts that it has claimed. */
const CLAIM_MINUTES = 10

/** Enrolls repos, and makes those due whose text is another. */
export async function enrollTexts(db: Kysely<Database>, texts: readonly TextHash[]): Promise<void> {
  if (texts.length === 0) return
  await sql`
    insert into catalog.embeddings as e (hub_id, text_hash)
    select hub_id, text_hash from unnest(${texts.map(({ hubId }) => hubId)}::text[], ${texts.map(({ hash }) => hash)}::bytea[])
      as given (hub_id, text_hash)
    on conflict (hub_id) do update set text_hash = excluded.text_hash, claimed_until = null
    where e.text_hash <> excluded.text_hash`.execute(db)
}

/** Deletes the vectors of repos that are gone. */
export async function deleteEmbeddings(db: Kysely<Database>, hubIds: readonly string[]): Promise<void> {
  if (hubIds.length === 0) return
  await sql`delete from catalog.embeddings where hub_id = any(${[...hubIds]}::text[])`.execute(db)
  await sql`delete from catalog.failures where task = ${EMBED_TASK} and hub_id = any(${[...hubIds]}::text[])`.execute(db)
}

/** A repo whose text is due. */
export interface DueText {
  hubId: string
  /** The text that its vector is of, if it has one. */
  vectorHash: Buffer | null
}

/** Claims up to `limit` due repos for this process, except those that failed and are not to be retried yet. */
export async function claimDueTexts(db: Kysely<Database>, limit: number): Promise<DueText[]> {
  const { rows } = await sql<DueText>`
    update catalog.embeddings set claimed_until = now() + ${CLAIM_MINUTES} * interval '1 minute'
    where hub_id in (
      select e.hub_id from catalog.embeddings e
      where e.vector_hash is distinct from e.text_hash and coalesce(e.claimed_until < now(), true)
        and not exists (select from catalog.failures f
          where f.task = ${EMBED_TASK} and f.hub_id = e.hub_id and f.retry_at > now())
      order by e.hub_id limit ${limit} for update skip locked)
    returning hub_id as "hubId", vector_hash as "vectorHash"`.execute(db)
  return rows
}

/** Gives claimed repos back that were not embedded. */
export async function releaseTexts(db: Kysely<Database>, hubIds: readonly string[]): Promise<void> {
  if (hubIds.length === 0) return
  await sql`
    update catalog.embeddings set claimed_until = null
    where hub_id = any(${[...hubIds]}::text[]) and claimed_until is not null`.execute(db)
}

/**
 * Stores vectors, unless another embedder was adopted meanwhile. A repo whose text has changed meanwhile stays due.
 * @returns the repos whose vectors were stored
 */
export async function storeVectors(db: Kysely<Database>, spec: string, texts: readonly EmbeddedText[]): Promise<string[]> {
  if (texts.length === 0) return []
  const records = texts.map(({ hubId, hash, vector }) => ({ hub_id: hubId, hash: hash.toString('hex'), vector }))
  const { rows } = await sql<{ hub_id: string }>`
    with stored as (
      update catalog.embeddings e
      set vector = given.vector, vector_hash = decode(given.hash, 'hex'), claimed_until = null
      from json_to_recordset(${JSON.stringify(records)}::json) as given (hub_id text, hash text, vector real[])
      where e.hub_id = given.hub_id and exists (select from catalog.embedder where spec = ${spec} for share)
      returning e.hub_id
    ), resolved as (
      delete from catalog.failures where task = ${EMBED_TASK} and hub_id in (select hub_id from stored)
    )
    select hub_id from stored`.execute(db)
  return rows.map(({ hub_id }) => hub_id)
}

/** The vectors that exist among the given repos. */
export async function vectorsAmong(db: Kysely<Database>, hubIds: readonly string[]): Promise<Map<string, number[]>> {
  if (hubIds.length === 0) return new Map()
  const { rows } = await sql<{ hub_id: string; vector: number[] }>`
    select hub_id, vector from catalog.embeddings
    where hub_id = any(${[...hubIds]}::text[]) and vector is not null`.execute(db)
  return new Map(rows.map(({ hub_id, vector }) => [hub_id, vector]))
}

/** Enqueues all repos with a vector, for a search index that has none of them yet. */
export async function enqueueEmbedded(db: Kysely<Database>): Promise<void> {
  await sql`
    insert into catalog.search_outbox (hub_id, counters_only)
    select hub_id, false from catalog.embeddings where vector_hash is not null`.execute(db)
}

export interface EmbeddingCounts {
  /** Repos with the vector of their current text. */
  embedded: number
  /** Repos that wait for one, as far as the live repos have been enrolled. */
  due: number
  /** Those of them whose text could not be embedded. */
  failed: number
}

export async function countEmbeddings(db: Kysely<Database>): Promise<EmbeddingCounts> {
  const { rows } = await sql<EmbeddingCounts>`
    select all_rows - due as embedded, due, failed from (select
      (select count(*)::int from catalog.embeddings) as all_rows,
      (select count(*)::int from catalog.embeddings where vector_hash is distinct from text_hash) as due,
      (select count(*)::int from catalog.failures where task = ${EMBED_TASK}) as failed) as counts`.execute(db)
  return rows[0] ?? { embedded: 0, due: 0, failed: 0 }
}
