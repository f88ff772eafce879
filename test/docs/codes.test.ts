import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { PASS_NOTE_CODES } from '../../src/catalog/passes/pass-note.ts'
import { FAILURE_CAUSES } from '../../src/catalog/stages/failure-cause.ts'
import { FINDING_CODES } from '../../src/service/status/verdict.ts'

test('docs/how-it-stays-fresh.md explains every code of a note and of the verdict', async () => {
  const page = await readFile(new URL('../../docs/how-it-stays-fresh.md', import.meta.url), 'utf8')
  const explained = [...page.matchAll(/^\| .*? \|/gm)].flatMap(([cell]) =>
    [...cell.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code),
  )
  const causes: readonly string[] = FAILURE_CAUSES
  expect(explained).toEqual(
    expect.arrayContaining([...PASS_NOTE_CODES, ...FINDING_CODES].filter((code) => !causes.includes(code))),
  )
})
