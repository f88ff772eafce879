import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readPeople } from '../../src/sample-hub/people/people.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('people are read from a file, and what is wrong with it is named', async () => {
  const folder = mkdtempSync(join(temporaryFolder(), 'people-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'people.json')
  writeFileSync(path, JSON.stringify({ users: [{ name: 'ada', orgs: { acme: 'admin' } }] }))
  expect(await readPeople(path)).toEqual({ users: [{ name: 'ada', orgs: { acme: 'admin' } }] })
  writeFileSync(path, JSON.stringify({ users: [{ name: 'ada', orgs: { acme: 'king' } }] }))
  await expect(readPeople(path)).rejects.toThrow(/people\.json.*acme/s)
  writeFileSync(path, '{')
  await expect(readPeople(path)).rejects.toThrow(path)
})
