import { catalogSettings } from './table/catalog-settings.ts'
import { exportSettings } from './table/export-settings.ts'
import { hubSettings } from './table/hub-settings.ts'
import { networkSettings } from './table/network-settings.ts'
import { queueSettings } from './table/queue-settings.ts'
import { scheduleSettings } from './table/schedule-settings.ts'
import { searchSettings } from './table/search-settings.ts'
import { serverSettings } from './table/server-settings.ts'
import type { Setting } from './table/setting.ts'
import type { ValueType } from './value-types.ts'

export { TASK_NAMES, type TaskName } from './table/queue-settings.ts'
export type { Platform, Setting } from './table/setting.ts'

/** Every setting, by its key in the settings file. Types, options, `hubdex config` and docs/settings.md come from here. */
export const SETTINGS = {
  ...catalogSettings,
  ...queueSettings,
  ...hubSettings,
  ...networkSettings,
  ...searchSettings,
  ...scheduleSettings,
  ...serverSettings,
  ...exportSettings,
} as const satisfies Record<string, Setting>

export type SettingName = keyof typeof SETTINGS

type ValueOf<Entry> = Entry extends { type: ValueType<infer Value>; default: infer Default }
  ? Default extends undefined
    ? Value | undefined
    : Value
  : never

/** The value of every setting; undefined only for those without a default. */
export type Settings = { readonly [Name in SettingName]: ValueOf<(typeof SETTINGS)[Name]> }

/** Where a value came from. `name` is the flag, the variable or the path of the file. */
export type SettingSource = { from: 'flag' | 'environment' | 'file'; name: string } | { from: 'default' }

export interface LoadedSettings {
  values: Settings
  sources: Readonly<Record<SettingName, SettingSource>>
  /** Path of a token of the Hub's own tools. Set only when the settings hold no token and the endpoint is the real Hub. */
  unusedTokenFile?: string | undefined
}

/** The rows of the table, in the order of the documentation. */
export const settingsTable: readonly (Setting & { readonly name: SettingName })[] = Object.entries(SETTINGS).map(
  ([name, setting]) => ({ name: name as SettingName, ...setting }),
)
