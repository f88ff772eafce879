import { isDeepStrictEqual } from 'node:util'
import type { Index, Settings } from 'meilisearch'
import type { MeilisearchConnection } from './connection.ts'
import { INDEX_SETTINGS } from './index-settings.ts'
import { mustPerform } from './tasks.ts'

/**
 * Gives an index its settings: only those that differ, since most make Meilisearch index anew. It does that beside the index
 * that answers searches, which changes at once when all is done.
 *
 * @returns the names of the settings that were changed
 */
export async function applySettings(connection: MeilisearchConnection, index: Index): Promise<string[]> {
  const present = await connection.ask(() => index.getSettings())
  const changed = settingsThatDiffer(present)
  const names = Object.keys(changed)
  if (names.length > 0) await mustPerform(connection, () => index.updateSettings(changed))
  return names
}

function settingsThatDiffer(present: Settings): Partial<Settings> {
  const wanted = Object.entries(INDEX_SETTINGS) as [keyof Settings, unknown][]
  return Object.fromEntries(
    wanted.filter(([name, value]) => !isDeepStrictEqual(comparable(name, present[name]), comparable(name, value))),
  )
}

/** Lists without an order are sorted, as Meilisearch may give them in any. */
function comparable(name: keyof Settings, value: unknown): unknown {
  return UNORDERED.has(name) && Array.isArray(value) ? [...value].sort() : value
}

const UNORDERED: ReadonlySet<keyof Settings> = new Set<keyof Settings>([
  'displayedAttributes',
  'sortableAttributes',
  'stopWords',
  'separatorTokens',
  'nonSeparatorTokens',
  'dictionary',
])
