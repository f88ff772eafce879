import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { crawledHub } from '../../support/catalog/crawled-hub.ts'
import { createAnyTarget } from '../../support/catalog/embedded.ts'
import { hubdex } from '../../support/processes/hubdex.ts'
import { hasPostgres } from '../../support/servers/postgres.ts'

const disk = smallDisk()

describe.skipIf(disk === undefined)('an export to a disk that fills up', () => {
  const { environment } = crawledHub(createAnyTarget, { repos: 60, seed: 7 })
  const folder = join(disk ?? '', 'export')
  afterAll(() => {
    if (disk === undefined) return
    execFileSync('umount', [disk])
    rmSync(disk, { recursive: true })
  })

  test('ends with what to do, leaves nothing behind, and a former export stays', async () => {
    expect(await hubdex(['export', folder, '--tables', 'passes'], environment)).toMatchObject({ code: 0 })
    const former = await readFile(join(folder, 'manifest.json'), 'utf8')
    const { code, stderr } = await hubdex(['export', folder, '--format', 'jsonl'], environment)
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Free some space') })
    expect(await readdir(disk ?? '')).toEqual(['export'])
    expect(await readFile(join(folder, 'manifest.json'), 'utf8')).toBe(former)
    expect(await hubdex(['export', folder, '--check'])).toMatchObject({ code: 0 })
  })

  // The embedded catalog would be on the disk too.
  test.skipIf(!hasPostgres)('is reported by `hubdex sql --engine duckdb` too', async () => {
    const dataDir = join(disk ?? '', 'data')
    mkdirSync(dataDir)
    const given = { ...environment, HUBDEX_DATA_DIR: dataDir }
    const { code, stderr } = await hubdex(['sql', 'select 1', '--engine', 'duckdb'], given)
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Free some space') })
    expect(await readdir(join(dataDir, 'exports'))).toEqual(['temporary'])
  })
})

/** A disk of 64 kB in memory, which only root on Linux can make. */
function smallDisk(): string | undefined {
  const path = mkdtempSync(join(inject('scratchDirectory'), 'full-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path], { stdio: 'pipe' })
    return path
  } catch {
    console.warn('Tests of a full disk are skipped: only root on Linux can make a small one.')
    rmSync(path, { recursive: true })
    return undefined
  }
}
