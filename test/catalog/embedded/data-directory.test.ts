import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, inject, test } from 'vitest'
import { openConnection } from '../../../src/catalog/connection.ts'
import { DataDirectoryError } from '../../../src/catalog/embedded/data-directory.ts'
import type { EmbeddedEvent } from '../../../src/catalog/embedded/embedded-events.ts'
import { acquireFileLock } from '../../../src/catalog/embedded/file-lock.ts'
import { createDataDirectory } from '../../support/catalog/embedded.ts'

describe('a data directory', () => {
  let scratch: string
  beforeEach(async () => {
    scratch = await mkdtemp(join(inject('scratchDirectory'), 'directory-'))
  })

  function open(dataDirectory: string) {
    return openConnection({ dataDirectory })
  }

  test('that is a file is refused with advice', async () => {
    const path = join(scratch, 'file')
    await writeFile(path, '')
    await expect(open(path)).rejects.toMatchObject({
      name: 'DataDirectoryError',
      message: expect.stringContaining(path),
    })
    await expect(open(join(path, 'below'))).rejects.toThrow(DataDirectoryError)
  })

  test('that is not writable is refused with advice', async () => {
    const path = join(scratch, 'read-only')
    await mkdir(path, { mode: 0o555 })
    const script = `
      import { openConnection } from ${JSON.stringify(import.meta.resolve('../../../src/catalog/connection.ts'))}
      await openConnection({ dataDirectory: ${JSON.stringify(path)} }).catch((error) => console.log(error.name, error.message))`
    // Root can write anywhere, so root tries it as nobody.
    const account = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
    await chmod(inject('scratchDirectory'), 0o755)
    await chmod(scratch, 0o755)
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      ...account,
      encoding: 'utf8',
    })
    expect(stdout).toMatch(new RegExp(`^DataDirectoryError .*${path} `))
  })

  test('of another major version of Postgres is refused and not changed', async () => {
    const path = await createDataDirectory()
    await writeFile(join(path, 'postgres/PG_VERSION'), '17\n')
    await expect(open(path)).rejects.toMatchObject({
      name: 'DataDirectoryError',
      message: expect.stringMatching(/ 17; .* 18/),
    })
  })

  test('whose database folder has other files is refused and not overwritten', async () => {
    await mkdir(join(scratch, 'postgres'))
    await writeFile(join(scratch, 'postgres/thesis.txt'), 'years of work')
    await expect(open(scratch)).rejects.toThrow(DataDirectoryError)
    expect(await readFile(join(scratch, 'postgres/thesis.txt'), 'utf8')).toBe('years of work')
  })

  test('that is damaged is refused with the message of Postgres, and can be opened once repaired', async () => {
    const path = await createDataDirectory()
    const control = join(path, 'postgres/global/pg_control')
    const healthy = await readFile(control)
    await writeFile(control, Buffer.alloc(healthy.length))
    await expect(open(path)).rejects.toThrow(DataDirectoryError)
    await writeFile(control, healthy)
    const { close } = await open(path)
    await close()
  })

  test('and its socket are accessible to their owner only', async () => {
    const path = await createDataDirectory()
    const { close } = await open(path)
    expect((await stat(path)).mode & 0o777).toBe(0o700)
    expect((await stat(join(path, '.s.PGSQL.5432'))).mode & 0o777).toBe(0o600)
    await close()
  })

  test('with a path too long for a socket has a socket elsewhere', async () => {
    const long = join(scratch, 'long'.repeat(30))
    await rename(await createDataDirectory(), long)
    const events: EmbeddedEvent[] = []
    const { pool, close } = await openConnection({ dataDirectory: long }, { onEvent: (event) => events.push(event) })
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    expect(events).toContainEqual(expect.objectContaining({ type: 'serving', socketPath: expect.not.stringContaining('long') }))
    await close()
  })

  test('can be locked once at a time', () => {
    const lockFile = join(scratch, 'owner.lock')
    const first = acquireFileLock(lockFile)
    expect(first).toBeDefined()
    expect(acquireFileLock(lockFile)).toBeUndefined()
    first?.release()
    const second = acquireFileLock(lockFile)
    expect(second).toBeDefined()
    second?.release()
  })
})
