import { readRepo } from '../../../src/catalog/repos/record.ts'
import { REPO_KINDS } from '../../../src/hub/kinds.ts'
import { LISTING_EXPAND } from '../../../src/hub/listing/expand.ts'
import { listItem, pickFields } from '../../../src/hub-server/http/answer.ts'
import type { SampleHub } from '../../../src/sample-hub/sample-hub.ts'

/** Anything that runs SQL on a catalog. */
export interface CatalogReader {
  rows(sql: string): Promise<Record<string, unknown>[]>
}

/** Hub ids of all repos that a Hub shows now. */
export function liveHubIds(hub: SampleHub): Set<string> {
  return new Set(REPO_KINDS.flatMap((kind) => [...hub.repos(kind)].map((repo) => repo._id)))
}

/** Every repo that the Hub shows, as a line of text: identity, name, content and counters. */
export function hubLines(hub: SampleHub): string[] {
  const lines = REPO_KINDS.flatMap((kind) =>
    [...hub.repos(kind)].map((repo) => {
      const record = readRepo(kind, listItem(pickFields(repo, ['_id', 'id', ...LISTING_EXPAND[kind]], true)))
      if ('reason' in record) throw new Error(record.reason)
      const { hub_id, id, content_hash, downloads, likes, trending_score } = record
      return [kind, hub_id, id, content_hash.replaceAll('-', ''), downloads, likes, trending_score].join(' ')
    }),
  )
  return lines.sort()
}

/** Every live repo of the catalog in the same form. Collections have tests of their own. */
export async function catalogLines(catalog: CatalogReader): Promise<string[]> {
  const rows = await catalog.rows(`
    select r.kind, r.hub_id, r.id, r.content_hash, c.downloads, c.likes, c.trending_score
    from catalog.repos r join catalog.repo_counters c on c.hub_id = r.hub_id
    where r.removed_at is null and r.kind <> 'collection'`)
  const lines = rows.map(({ kind, hub_id, id, content_hash, downloads, likes, trending_score }) =>
    [kind, hub_id, id, String(content_hash).replaceAll('-', ''), downloads, likes, trending_score].join(' '),
  )
  return lines.sort()
}

/** Hub ids of all tombstones. */
export async function tombstones(catalog: CatalogReader): Promise<Set<string>> {
  const rows = await catalog.rows('select hub_id from catalog.repos where removed_at is not null')
  return new Set(rows.map((row) => String(row['hub_id'])))
}
