import { SETTINGS, type SettingName } from './settings.ts'

/** Settings that were renamed before version 0.1.0: variable, key of the settings file, current name. */
const FORMER_NAMES: readonly (readonly [string, string, SettingName])[] = [
  ['HUBDEX_SAME_HUB', 'sameHub', 'previousEndpoint'],
  ['HUBDEX_GRACE_SECS', 'graceSecs', 'shutdownTimeoutSecs'],
  ['HUBDEX_MAX_THROTTLES', 'maxThrottles', 'maxConsecutive429s'],
  ['HUBDEX_SEARCH_MEMORY_MB', 'searchMemoryMb', 'searchCacheMb'],
  ['HUBDEX_SEARCH_BATCH', 'searchBatch', 'indexBatchSize'],
]

/** The current name for a setting's former one: a variable for a variable, a key for a key. */
export function currentName(former: string): string | undefined {
  for (const [variable, key, name] of FORMER_NAMES) {
    if (former === variable) return SETTINGS[name].env
    if (former === key) return name
  }
  return undefined
}
