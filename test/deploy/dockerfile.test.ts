import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { settingsTable } from '../../src/config/settings.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

describe('Dockerfile', () => {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')

  test('builds on fixed versions, with the Node of the tests', () => {
    const images = [...dockerfile.matchAll(/^ARG \w+_IMAGE=(.+)$/gm)].map((match) => match[1])
    expect(images[0]).toBe(`node:${devDependencies.node}-trixie-slim`)
    expect(images[1]).toMatch(/^debian:trixie-\d{8}-slim$/)
    expect(dockerfile.match(/^FROM /gm)).toHaveLength(3)
    expect(dockerfile.match(/^FROM \$\{(NODE|BASE)_IMAGE\}/gm)).toHaveLength(3)
  })

  test('sets variables of hubdex, and copies exactly what .dockerignore admits', () => {
    const known = settingsTable.map(({ env }): string => env)
    const set = [...dockerfile.matchAll(/(HUBDEX_\w+)=/g)].map((match) => match[1])
    expect(known).toEqual(expect.arrayContaining(set))
    const admitted = readFileSync(join(root, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) => match[1]?.split(' ') ?? [])
    expect(new Set(admitted.map((line) => line.slice(1)))).toEqual(new Set(copied))
    for (const name of copied) expect(existsSync(join(root, name)), name).toBe(true)
  })

  test('starts without a shell, as an unprivileged user, under a process that forwards signals', () => {
    expect(dockerfile).toMatch(/^USER \d+:\d+$/m)
    expect(dockerfile).toMatch(/^ENTRYPOINT \["tini", "--", "node", /m)
  })
})
