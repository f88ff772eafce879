import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { nodeRefusal } from '../../src/util/version.ts'

test('the error for an old Node says what is needed and what to do, in one line', () => {
  expect(nodeRefusal('20.20.2')).toMatch(/^.* 22\.19\.0 .* 20\.20\.2 .*$/)
})

test.each(['22.18.9', '22.9.0', '9.99.0'])('Node %s is too old', (found) => {
  expect(nodeRefusal(found)).toBeDefined()
})

test.each(['22.19.0', '22.20.0', '23.0.0', '26.10.0', '23.0.0-nightly2024'])('Node %s is new enough', (found) => {
  expect(nodeRefusal(found)).toBeUndefined()
})

test('what is loaded before the check needs nothing that an older Node lacks', () => {
  // Node's own modules are as old as ES modules.
  const imports = (file: string) => [...read(file).matchAll(/^import .* from '(.*)'$/gm)].map(([, from]) => from)
  expect(imports('cli/main').filter((from) => from?.startsWith('node:') !== true)).toEqual([
    '../util/home-folder.ts',
    '../util/version.ts',
  ])
  expect(imports('util/home-folder')).toEqual(['node:os'])
  expect(imports('util/version')).toEqual(['node:fs'])
})

function read(file: string): string {
  return readFileSync(new URL(`../../src/${file}.ts`, import.meta.url), 'utf8')
}
