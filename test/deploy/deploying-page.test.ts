import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { settingsTable } from '../../src/config/settings.ts'
import { readComposeFile } from './compose-file.ts'

const page = readFileSync(new URL('../../docs/deploying.md', import.meta.url), 'utf8')
const variables = settingsTable.flatMap(({ env, secret }) => (secret ? [env, `${env}_FILE`] : [env]))

test('docs/deploying.md names only settings that exist', () => {
  const named = page.match(/\bHUBDEX_[A-Z_]+/g) ?? []
  expect(named.length).toBeGreaterThan(3)
  expect(variables).toEqual(expect.arrayContaining(named))
})

test('docs/deploying.md names only files, secrets and services that exist', () => {
  const { secrets, services } = readComposeFile()
  for (const [, name] of page.matchAll(/secrets\/(\w+)/g)) expect(Object.keys(secrets)).toContain(name)
  for (const [, name] of page.matchAll(/docker compose exec (?:-T )?(\w+)/g)) {
    expect(Object.keys(services)).toContain(name)
  }
  for (const [path] of page.matchAll(/\b(?:deploy|test)\/[\w./-]+\w/g)) {
    expect(existsSync(new URL(`../../${path}`, import.meta.url)), path).toBe(true)
  }
})

test('test/deploy/compose.sh types every command of Docker that docs/deploying.md has', () => {
  const folder = new URL('./compose/', import.meta.url)
  const steps = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'))
  const typed = [...page.matchAll(/^(?:docker|deploy\/) ?.*$/gm)].map(([line]) => line.replace(/ +#.*$/, ''))
  expect(typed.length).toBeGreaterThan(8)
  for (const line of typed)
    expect(
      steps.some((step) => step.includes(line)),
      line,
    ).toBe(true)
})
