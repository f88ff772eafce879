import { closestMatch } from '../util/closest-match.ts'
import { contradictions } from './contradictions.ts'
import { currentName } from './former-names.ts'
import { hubTokenFile } from './secrets/hub-token-file.ts'
import { readSecretFile, secretFileVariable } from './secrets/secret-file.ts'
import {
  type LoadedSettings,
  type Platform,
  SETTINGS,
  type Setting,
  type SettingName,
  type SettingSource,
  settingsTable,
} from './settings.ts'
import { SettingsError } from './settings-error.ts'
import type { SettingsFile } from './settings-file.ts'
import { shownValue } from './shown-value.ts'

export interface SettingsInput {
  /** Options of the command line by setting name; undefined where not given. */
  flags?: Readonly<Partial<Record<SettingName, unknown>>>
  /** As `process.env`. An empty variable counts as not set. `HF_TOKEN_FILE` names a file that holds the value of `HF_TOKEN`. */
  environment: Readonly<Record<string, string | undefined>>
  file?: SettingsFile | undefined
  platform: Platform
}

/**
 * Determines every setting: flag, else environment, else settings file, else default. Reads the files that hold secrets.
 *
 * @throws SettingsError naming everything that is unknown, invalid or contradictory
 */
export function loadSettings(input: SettingsInput): LoadedSettings {
  const problems = [...unknownVariables(input.environment), ...unknownKeys(input.file)]
  const values: Record<string, unknown> = {}
  const sources: Record<string, SettingSource> = {}
  for (const setting of settingsTable) {
    const { value, source, problem } = find(setting, input)
    sources[setting.name] = source
    if (problem !== undefined) {
      problems.push(problem)
      continue
    }
    if (source.from === 'default') {
      values[setting.name] = value
      continue
    }
    const read = setting.type.read(value)
    if (read !== undefined) values[setting.name] = read
    else
      problems.push(
        `${describe(setting, source)} ${came(setting, value)}; expected ${setting.type.expected}.${adviceOn(setting, value)}`,
      )
  }
  if (problems.length > 0) throw new SettingsError(problems)

  // The loop above has filled in every name of the table with a value of its type.
  const settled = { values, sources } as unknown as LoadedSettings
  const loaded = { ...settled, unusedTokenFile: unusedTokenFile(settled, input) }
  const contradictory = contradictions(loaded)
  if (contradictory.length > 0) throw new SettingsError(contradictory)
  return loaded
}

/** Undefined for any other endpoint: the token is for the Hub at the default one. */
function unusedTokenFile({ values }: LoadedSettings, { environment }: SettingsInput): string | undefined {
  const isHub = values.endpoint === SETTINGS.endpoint.default
  return isHub && values.token === undefined ? hubTokenFile(environment) : undefined
}

type Row = (typeof settingsTable)[number]

interface Found {
  value: unknown
  source: SettingSource
  /** Why there is no value. */
  problem?: string
}

function find(setting: Row, { flags, environment, file, platform }: SettingsInput): Found {
  const flag = flags?.[setting.name]
  if (flag !== undefined && setting.flag !== undefined) return found(flag, 'flag', flagWord(setting.flag))

  const inSecretFile = setting.secret ? findInSecretFile(setting, environment) : undefined
  if (inSecretFile !== undefined) return inSecretFile
  const variable = variablesOf(setting).find((name) => environment[name])
  if (variable !== undefined) return found(environment[variable], 'environment', variable)
  const other = setting.otherEnv === undefined ? undefined : environment[setting.otherEnv]
  if (setting.otherEnv !== undefined && other) return found(other, 'environment', setting.otherEnv)

  if (file !== undefined && !setting.secret && Object.hasOwn(file.values, setting.name)) {
    return found(file.values[setting.name], 'file', file.path)
  }
  const value = typeof setting.default === 'function' ? setting.default(platform) : setting.default
  return { value, source: { from: 'default' } satisfies SettingSource }
}

function variablesOf({ env, aliases = [] }: Setting): string[] {
  return [...aliases, env]
}

function found(value: unknown, from: 'flag' | 'environment' | 'file', name: string): Found {
  return { value, source: { from, name } }
}

/** Undefined when no variable names a file, or the file is empty: like an empty variable, that counts as not set. */
function findInSecretFile(setting: Row, environment: SettingsInput['environment']): Found | undefined {
  const variable = secretFileVariable(setting.env)
  const path = environment[variable]
  if (!path) return undefined
  const source: SettingSource = { from: 'file', name: path }
  const other = variablesOf(setting).find((name) => environment[name])
  if (other !== undefined) {
    return { value: undefined, source, problem: `Both ${other} and ${variable} are set; expected one of the two.` }
  }
  const content = readSecretFile(path)
  if ('problem' in content) {
    return { value: undefined, source, problem: `${variable} names ${shownPath(path)}, ${content.problem}.` }
  }
  return content.text === '' ? undefined : { value: content.text, source }
}

/** Hides what is not clearly a path: it may be the secret itself, put there by mistake. */
function shownPath(path: string): string {
  const isPath = /^(\.{0,2}\/|[a-z]:\\)/i.test(path) && !/[@:=+?]/.test(path.slice(2))
  return isPath ? path : 'something that is not a path (not shown here)'
}

/** `--data-dir` from `--data-dir <folder>`. */
function flagWord(flag: string): string {
  return flag.split(' ', 1)[0] ?? flag
}

function describe(setting: Row, source: Exclude<SettingSource, { from: 'default' }>): string {
  if (source.from !== 'file') return source.name
  return setting.secret
    ? `The file ${source.name} of ${secretFileVariable(setting.env)}`
    : `"${setting.name}" in ${source.name}`
}

function came(setting: Row, value: unknown): string {
  if (setting.secret) return 'has an unusable value (not shown here)'
  return `is ${shownValue(value) ?? 'unusable (not shown here: it may hold a secret)'}`
}

function adviceOn({ type: { advice } }: Row, value: unknown): string {
  return advice?.about.test(String(value)) ? ` ${advice.text}` : ''
}

function unknownVariables(environment: SettingsInput['environment']): string[] {
  const known = new Set(settingsTable.flatMap(({ env, secret }) => (secret ? [env, secretFileVariable(env)] : [env])))
  return Object.keys(environment)
    .filter((name) => name.startsWith('HUBDEX_') && !known.has(name))
    .map((name) => `${name} is not a setting of hubdex${suggestion(name, known)}`)
}

function unknownKeys(file: SettingsFile | undefined): string[] {
  if (file === undefined) return []
  const inFile = new Set<string>(settingsTable.filter((setting) => !setting.secret).map((setting) => setting.name))
  return Object.keys(file.values)
    .filter((key) => !inFile.has(key))
    .map((key) => {
      const secret = settingsTable.find((setting) => setting.name === key)
      const what = `${shownValue(key) ?? 'A key (not shown here)'} in ${file.path}`
      if (secret !== undefined) return `${what} is a secret, which this file must not hold; set ${secret.env} instead.`
      return `${what} is not a setting of hubdex${suggestion(key, inFile)}`
    })
}

function suggestion(unknown: string, known: Iterable<string>): string {
  const current = currentName(unknown)
  if (current !== undefined) return `; its name is now ${current}.`
  const similar = closestMatch(unknown, known)
  return similar === undefined ? '; docs/settings.md lists all settings.' : `; did you mean ${similar}?`
}
