import { isDeepStrictEqual } from 'node:util'
import type { Index, Settings } from 'meilisearch'
import type { MeilisearchConnection } from '../server/connection.ts'
import { runTaskOrThrow } from '../server/tasks.ts'
import { INDEX_SETTINGS } from './index-settings.ts'

/**
 * Applies the settings that differ. Most make Meilisearch reindex, which it does in the background before it switches at once.
 * @returns the names of the changed settings
 */
export async function applySettings(connection: MeilisearchConnection, index: Index): Promise<string[]> {
  const current = await connection.ask(() => index.getSettings())
  const changed = settingsThatDiffer(current)
  const names = Object.keys(changed)
  if (names.length > 0) await runTaskOrThrow(connection, () => index.updateSettings(changed))
  return names
}

function settingsThatDiffer(current: Settings): Partial<Settings> {
  const wanted = Object.entries(INDEX_SETTINGS) as [keyof Settings, unknown][]
  return Object.fromEntries(
    wanted.filter(([name, value]) => !isDeepStrictEqual(comparable(name, current[name]), comparable(name, value))),
  )
}

/** Sorts unordered lists, because Meilisearch may return them in any order. */
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
