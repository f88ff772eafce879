import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
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

test('the Kubernetes example uses settings that exist, and leaves time to shut down', () => {
  const [, text = ''] = /```yaml\n(.*?)```/s.exec(page) ?? []
  const { spec } = parse(text).spec.template
  const [container] = spec.containers
  expect(variables).toEqual(expect.arrayContaining(container.env.map(({ name }: { name: string }) => name)))
  expect(spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(30)
})
