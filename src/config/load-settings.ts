import { contradictions } from './contradictions.ts'
import { nearest } from './nearest.ts'
import { type LoadedSettings, type Platform, type SettingName, type SettingSource, settingsTable } from './settings.ts'
import { SettingsError } from './settings-error.ts'
import type { SettingsFile } from './settings-file.ts'

export interface SettingsInput {
  /** Options as given on the command line, by setting name; undefined where not given. */
  flags?: Readonly<Partial<Record<SettingName, unknown>>>
  /** As `process.env`. An empty variable counts as not set. */
  environment: Readonly<Record<string, string | undefined>>
  file?: SettingsFile | undefined
  platform: Platform
}

/**
 * Settles every setting: the flag if given, else the environment, else the settings file, else the default.
 *
 * @throws SettingsError naming everything that is unknown, unusable or contradictory
 */
export function loadSettings(input: SettingsInput): LoadedSettings {
  const problems = [...unknownVariables(input.environment), ...unknownKeys(input.file)]
  const values: Record<string, unknown> = {}
  const sources: Record<string, SettingSource> = {}
  for (const setting of settingsTable) {
    const { value, source } = find(setting, input)
    sources[setting.name] = source
    if (source.from === 'default') {
      values[setting.name] = value
      continue
    }
    const parsed = setting.type.schema.safeParse(value)
    if (parsed.success) values[setting.name] = parsed.data
    else problems.push(`${describe(setting, source)} ${came(setting, value)}; expected ${setting.type.expected}.`)
  }
  if (problems.length > 0) throw new SettingsError(problems)

  // The loop above has filled in every name of the table with a value of its type.
  const loaded = { values, sources } as unknown as LoadedSettings
  const contradictory = contradictions(loaded)
  if (contradictory.length > 0) throw new SettingsError(contradictory)
  return loaded
}

type Row = (typeof settingsTable)[number]

function find(setting: Row, { flags, environment, file, platform }: SettingsInput) {
  const flag = flags?.[setting.name]
  if (flag !== undefined && setting.flag !== undefined) return found(flag, 'flag', flagWord(setting.flag))

  const variable = environment[setting.env]
  if (variable) return found(variable, 'environment', setting.env)

  if (file !== undefined && !setting.secret && Object.hasOwn(file.values, setting.name)) {
    return found(file.values[setting.name], 'file', file.path)
  }
  const value = typeof setting.default === 'function' ? setting.default(platform) : setting.default
  return { value, source: { from: 'default' } satisfies SettingSource }
}

function found(value: unknown, from: 'flag' | 'environment' | 'file', name: string) {
  return { value, source: { from, name } satisfies SettingSource }
}

/** `--data-dir` of `--data-dir <folder>`. */
function flagWord(flag: string): string {
  return flag.split(' ', 1)[0] ?? flag
}

function describe(setting: Row, source: Exclude<SettingSource, { from: 'default' }>): string {
  return source.from === 'file' ? `"${setting.name}" in ${source.name}` : source.name
}

function came(setting: Row, value: unknown): string {
  return setting.secret ? 'has an unusable value (not shown here)' : `is ${(JSON.stringify(value) ?? '').slice(0, 200)}`
}

function unknownVariables(environment: SettingsInput['environment']): string[] {
  const known = new Set(settingsTable.map((setting) => setting.env))
  return Object.keys(environment)
    .filter((name) => name.startsWith('HUBDEX_') && !known.has(name))
    .map((name) => `${name} is no setting of hubdex${suggestion(nearest(name, known))}`)
}

function unknownKeys(file: SettingsFile | undefined): string[] {
  if (file === undefined) return []
  const inFile = new Set<string>(settingsTable.filter((setting) => !setting.secret).map((setting) => setting.name))
  return Object.keys(file.values)
    .filter((key) => !inFile.has(key))
    .map((key) => {
      const secret = settingsTable.find((setting) => setting.name === key)
      const what = `"${key.slice(0, 200)}" in ${file.path}`
      if (secret !== undefined) return `${what} is a secret, which no file may hold; expected in ${secret.env}.`
      return `${what} is no setting of hubdex${suggestion(nearest(key, inFile))}`
    })
}

function suggestion(name: string | undefined): string {
  return name === undefined ? '; docs/settings.md lists them all.' : `; did you mean ${name}?`
}
