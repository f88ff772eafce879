import { type LoadedSettings, type SettingName, type SettingSource, settingsTable } from './settings.ts'

export interface SettingDescription {
  setting: SettingName
  /** Null where nothing is set; stars for a secret. */
  value: string | number | boolean | null
  /** Such as `environment HF_ENDPOINT`. */
  source: string
}

/** Every setting with its value and where that came from, fit to be shown: secrets are masked. */
export function describeSettings({ values, sources }: LoadedSettings): SettingDescription[] {
  return settingsTable.map(({ name, secret }) => {
    const value = values[name] ?? null
    return {
      setting: name,
      value:
        secret && value !== null ? '********' : typeof value === 'object' && value !== null ? namedText(value) : value,
      source: sourceText(sources[name]),
    }
  })
}

function namedText(numbers: object): string {
  return Object.entries(numbers)
    .map(([name, number]) => `${name}=${number}`)
    .join(',')
}

function sourceText(source: SettingSource): string {
  return source.from === 'default' ? 'default' : `${source.from} ${source.name}`
}
