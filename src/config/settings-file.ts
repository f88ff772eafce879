import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../util/error-code.ts'
import { SettingsError } from './settings-error.ts'
import { shownValue } from './shown-value.ts'

/** Looked for in the working directory. */
export const SETTINGS_FILE_NAME = 'hubdex.config.json'

export interface SettingsFile {
  path: string
  /** By key, not yet checked. */
  values: Readonly<Record<string, unknown>>
}

/**
 * Reads the settings file: `path`, which must exist, or else `hubdex.config.json` in `workingDirectory`, which is optional.
 *
 * @throws SettingsError when the file cannot be read or is not a JSON object
 */
export async function readSettingsFile(workingDirectory: string, path?: string): Promise<SettingsFile | undefined> {
  if (path === '') throw new SettingsError(['--config is ""; expected the path of a file.'])
  const file = path ?? join(workingDirectory, SETTINGS_FILE_NAME)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (path === undefined && errorCode(error) === 'ENOENT') return undefined
    throw new SettingsError([`The settings file ${file} cannot be read: ${reason(error)}.`], { cause: error })
  }
  return { path: file, values: parse(file, text) }
}

function parse(file: string, text: string): Record<string, unknown> {
  let value: unknown
  try {
    // Editors on Windows may begin a file with a byte order mark.
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new SettingsError([`The settings file ${file} is not valid JSON${placeOf(error)}.`])
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new SettingsError([
    `The settings file ${file} holds ${Array.isArray(value) ? 'an array' : (shownValue(value) ?? 'a string')}; ` +
      'expected an object such as {"pageSize": 500}.',
  ])
}

/** Where the parser stopped. Its message would quote the file, which may hold secrets if it was named by mistake. */
function placeOf(error: unknown): string {
  const [place] = / at position \d+/.exec(reason(error)) ?? ['']
  return place
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
