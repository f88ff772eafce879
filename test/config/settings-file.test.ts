import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SettingsError } from '../../src/config/settings-error.ts'
import { readSettingsFile } from '../../src/config/settings-file.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hubdex-settings-'))
})

afterEach(() => rm(directory, { recursive: true }))

async function write(text: string, name = 'hubdex.config.json'): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, text)
  return path
}

test('the file of the working directory is optional', async () => {
  expect(await readSettingsFile(directory)).toBeUndefined()
})

test('the file of the working directory is read, byte order mark or not', async () => {
  const path = await write('\uFEFF{"pageSize": 5}')
  expect(await readSettingsFile(directory)).toEqual({ path, values: { pageSize: 5 } })
})

test('a named file is read instead of the one in the working directory', async () => {
  await write('{"pageSize": 5}')
  const other = await write('{"pageSize": 6}', 'other.json')
  expect(await readSettingsFile(directory, other)).toEqual({ path: other, values: { pageSize: 6 } })
})

test('a named file must exist', async () => {
  const path = join(directory, 'absent.json')
  await expect(readSettingsFile(directory, path)).rejects.toThrow(new RegExp(`${path}.*ENOENT`))
})

test('an empty name, as of an unset variable, is refused', async () => {
  await expect(readSettingsFile(directory, '')).rejects.toThrow('--config is ""')
})

test.each([['{"pageSize": 5'], [''], ['[1]'], ['null'], ['"text"']])('a file of %j is refused', async (text) => {
  const path = await write(text)
  await expect(readSettingsFile(directory)).rejects.toThrow(path)
  await expect(readSettingsFile(directory)).rejects.toBeInstanceOf(SettingsError)
})

test('a folder in place of the file is refused', async () => {
  await expect(readSettingsFile(directory, directory)).rejects.toThrow('EISDIR')
})
