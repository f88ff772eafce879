import { SETTINGS, type SettingName } from './settings.ts'

/** Settings that had another name before version 0.1.0: variable, key of the settings file, present name. */
const FORMER_NAMES: readonly (readonly [string, string, SettingName])[] = [
  ['HUBDEX_SAME_HUB', 'sameHub', 'previousEndpoint'],
  ['HUBDEX_GRACE_SECS', 'graceSecs', 'shutdownTimeoutSecs'],
  ['HUBDEX_MAX_THROTTLES', 'maxThrottles', 'maxConsecutive429s'],
  ['HUBDEX_SEARCH_MEMORY_MB', 'searchMemoryMb', 'searchCacheMb'],
  ['HUBDEX_SEARCH_BATCH', 'searchBatch', 'indexBatchSize'],
]

/** The present name of a setting's former one, of the same sort: a variable for a variable, a key for a key. */
export function presentName(former: string): string | undefined {
  for (const [variable, key, name] of FORMER_NAMES) {
    if (former === variable) return SETTINGS[name].env
    if (former === key) return name
  }
  return undefined
}
