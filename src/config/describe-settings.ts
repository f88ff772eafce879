import { withoutTelltales } from './secrets/redactor.ts'
import { type LoadedSettings, type SettingName, type SettingSource, type Settings, settingsTable } from './settings.ts'

export interface SettingDescription {
  setting: SettingName
  /** Null when not set; masked for a secret. */
  value: string | number | boolean | null
  /** Such as `environment HF_ENDPOINT`. */
  source: string
}

/** Every setting with its value and its source. Safe to show: secrets are masked. */
export function describeSettings({ values, sources, unusedTokenFile }: LoadedSettings): SettingDescription[] {
  return settingsTable.map(({ name, secret }) => {
    const value = values[name] ?? null
    return {
      setting: name,
      value: secret && value !== null ? '********' : shown(simple(value)),
      source: `${sourceText(sources[name])}${name === 'token' ? unusedText(unusedTokenFile) : ''}`,
    }
  })
}

/** In the syntax of an environment variable. */
function simple(value: Exclude<Settings[SettingName], undefined> | null): SettingDescription['value'] {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.join(',')
  const parts = Object.entries(value).map(([name, number]) => `${name}=${number}`)
  return parts.join(',')
}

/** Masks tokens, since one may have been put into the wrong variable. */
function shown(value: SettingDescription['value']): SettingDescription['value'] {
  return typeof value === 'string' ? withoutTelltales(value) : value
}

function unusedText(path: string | undefined): string {
  return path === undefined ? '' : `; HF_TOKEN_FILE=${path} would use the token there`
}

function sourceText(source: SettingSource): string {
  return source.from === 'default' ? 'default' : `${source.from} ${source.name}`
}
