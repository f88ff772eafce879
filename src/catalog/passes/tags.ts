import { CompiledQuery, type Kysely } from 'kysely'
import { isObject } from '../../hub/is-object.ts'
import { sanitizeText } from '../repos/sanitize-text.ts'
import type { WrittenPage } from '../repos/write-page.ts'
import type { Database } from '../schema.ts'
import type { PageCounts, PassLease } from './pass.ts'
import { advancePass } from './passes.ts'

export interface TagRecord {
  kind: 'model' | 'dataset'
  type: string
  id: string
  label: string
  sub_type: string | null
}

/** An entry of the primary key has at most 2,704 bytes and contains two of these texts. */
const MAX_TAG_BYTES = 1_000

/** Reads the answer of a tags-by-type endpoint. Entries of another shape are skipped and counted. */
export function readTags(kind: 'model' | 'dataset', answer: unknown): { tags: TagRecord[]; rejected: number } {
  const tags = new Map<string, TagRecord>()
  let rejected = 0
  for (const [type, entries] of Object.entries(isObject(answer) ? answer : {})) {
    for (const entry of Array.isArray(entries) ? entries : [entries]) {
      const tag = readTag(kind, type, entry)
      if (tag === undefined) rejected++
      // The key is the stored text: two tags may differ only in characters that Postgres cannot store.
      else tags.set(`${tag.type}\0${tag.id}`, tag)
    }
  }
  return { tags: [...tags.values()], rejected }
}

/** A bare text is a tag without a label. */
function readTag(kind: 'model' | 'dataset', type: string, entry: unknown): TagRecord | undefined {
  const { id, label, subType } = isObject(entry) ? entry : { id: entry }
  if (!isShortText(type) || !isShortText(id)) return undefined
  return {
    kind,
    type: sanitizeText(type),
    id: sanitizeText(id),
    label: sanitizeText(isShortText(label) ? label : id),
    sub_type: isShortText(subType) ? sanitizeText(subType) : null,
  }
}

function isShortText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= MAX_TAG_BYTES
}

const WRITE_TAGS = `
insert into catalog.tags (kind, type, id, label, sub_type)
select kind, type, id, label, sub_type
from json_to_recordset($1::json) as i(kind text, type text, id text, label text, sub_type text)
on conflict (kind, type, id) do update set label = excluded.label, sub_type = excluded.sub_type, seen_at = now()
where (tags.label, tags.sub_type) is distinct from (excluded.label, excluded.sub_type)
returning (xmax = 0) as is_new`

/** Writes one tag list and advances the pass, in one transaction. Unchanged tags are not written. */
export async function writeTags(
  db: Kysely<Database>,
  lease: PassLease,
  list: {
    tags: readonly TagRecord[]
    rejected: number
    previousCursor: string | null
    cursor: string | null
    requests: number
  },
): Promise<WrittenPage> {
  return await db.transaction().execute(async (transaction) => {
    const { rows } = await transaction.executeQuery<{ is_new: boolean }>(
      CompiledQuery.raw(WRITE_TAGS, [JSON.stringify(list.tags)]),
    )
    const inserted = rows.filter((row) => row.is_new).length
    const step: PageCounts = {
      repos: 0,
      inserted,
      updated: rows.length - inserted,
      unchanged: list.tags.length - rows.length,
      rejected: list.rejected,
      requests: list.requests,
    }
    const counts = await advancePass(transaction, lease, {
      ...step,
      previousCursor: list.previousCursor,
      cursor: list.cursor,
      isLast: list.cursor === null,
      seenIds: [],
      lastCreatedAt: null,
      note: null,
    })
    return { step, counts, rejected: [] }
  })
}
