import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { chmod, chown, lchown, lstat, mkdir, mkdtemp, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeEach, describe, expect, inject, it } from 'vitest'
import { openConnection } from '../../../src/catalog/connection.ts'
import { createDataDirectory } from '../../support/catalog/embedded.ts'

const isRoot = process.getuid?.() === 0
const NOBODY = { uid: 65534, gid: 65534 }

describe.skipIf(process.platform === 'win32')('a data directory that other users can reach', () => {
  let scratch: string
  beforeEach(async () => {
    scratch = await mkdtemp(join(inject('scratchDirectory'), 'trust-'))
    await chmod(inject('scratchDirectory'), 0o755)
    await chmod(scratch, 0o755)
  })

  it('is refused with advice and left unchanged if others can write to it', async () => {
    const path = join(scratch, 'open')
    await mkdir(path)
    for (const mode of [0o777, 0o1777, 0o770, 0o702]) {
      await chmod(path, mode)
      await expect(openConnection({ dataDirectory: path })).rejects.toThrow('chmod 700')
    }
    expect(await readdir(path)).toEqual([])
  })

  it('can be created inside one, with files for its owner only, whatever the umask', async () => {
    const path = join(scratch, 'open', 'new')
    await mkdir(join(scratch, 'open'))
    await chmod(join(scratch, 'open'), 0o777)
    const former = process.umask(0)
    try {
      const { pool, close } = await openConnection({ dataDirectory: path })
      await pool.query('create table kept as select generate_series(1, 1000) as number')
      expect(await readableByOthers(path)).toEqual([])
      await close()
    } finally {
      process.umask(former)
    }
    expect(await readableByOthers(path)).toEqual([])
    await chmod(join(path, 'postgres'), 0o777)
    await (await openConnection({ dataDirectory: path })).close()
    expect((await stat(join(path, 'postgres'))).mode & 0o777).toBe(0o700)
  })

  it('can be opened by a symbolic link', async () => {
    const path = await createDataDirectory()
    await symlink(path, join(scratch, 'link'))
    await (await openConnection({ dataDirectory: join(scratch, 'link') })).close()
  })

  describe.skipIf(!isRoot)('and belongs to another user (only as root)', () => {
    it('is refused even to root, which leaves no files, so its owner can continue', async () => {
      const path = await createDataDirectory()
      await give(path)
      const before = await listing(path)
      await expect(openConnection({ dataDirectory: path })).rejects.toThrow("sudo -u '#65534'")
      expect(await listing(path)).toEqual(before)
      expect(openAsNobody(path).stdout).toBe('opened\n')
    })

    it('is refused with the name of a file that another user left in it, and is not called damaged', async () => {
      const path = await createDataDirectory()
      await give(path)
      const left = join(path, 'postgres/global/pg_control')
      await chown(left, 0, 0)
      const refused = openAsNobody(path).stdout
      expect(refused).toContain(left)
      expect(refused).toContain(`chown -R 65534 ${path}`)
      expect(refused).not.toMatch(/delete|restore|crawl again/)
      await chown(left, NOBODY.uid, NOBODY.gid)
      await chown(join(path, 'owner.lock'), 0, 0)
      expect(openAsNobody(path).stdout).toContain(join(path, 'owner.lock'))
    })

    it('replaces a socket and an owner file of another user without following them', async () => {
      const path = await createDataDirectory()
      const precious = join(scratch, 'precious')
      await writeFile(precious, 'untouched')
      await symlink(precious, join(path, 'owner.json'))
      await lchown(join(path, 'owner.json'), NOBODY.uid, NOBODY.gid)
      let visits = 0
      const impostor = createServer((socket) => {
        visits++
        socket.destroy()
      })
      const socketPath = join(path, '.s.PGSQL.5432')
      await new Promise<void>((resolve) => impostor.listen(socketPath, resolve))
      await chown(socketPath, NOBODY.uid, NOBODY.gid)
      const { pool, close } = await openConnection({ dataDirectory: path })
      expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
      expect((await lstat(socketPath)).uid).toBe(0)
      await close()
      impostor.close()
      expect({ visits, size: (await stat(precious)).size }).toEqual({ visits: 0, size: 9 })
    })
  })
})

/** Changes the owner of a folder and everything in it. */
async function give(path: string): Promise<void> {
  for (const name of ['', ...(await readdir(path, { recursive: true }))]) {
    await lchown(join(path, name), NOBODY.uid, NOBODY.gid)
  }
}

function openAsNobody(dataDirectory: string): SpawnSyncReturns<string> {
  const script = `
    import { openConnection } from ${JSON.stringify(import.meta.resolve('../../../src/catalog/connection.ts'))}
    try {
      await (await openConnection({ dataDirectory: ${JSON.stringify(dataDirectory)} })).close()
      console.log('opened')
    } catch (error) {
      console.log(error.message)
    }`
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { ...NOBODY, encoding: 'utf8' })
}

async function listing(path: string): Promise<string[]> {
  const names = await readdir(path, { recursive: true })
  return await Promise.all(
    names.sort().map(async (name) => {
      const { uid, mode, size } = await lstat(join(path, name))
      return `${name} ${uid} ${mode.toString(8)} ${size}`
    }),
  )
}

async function readableByOthers(path: string): Promise<string[]> {
  const names = await readdir(path, { recursive: true })
  const modes = await Promise.all(names.map(async (name) => ({ name, mode: (await lstat(join(path, name))).mode & 0o777 })))
  return modes.filter(({ mode }) => (mode & 0o077) !== 0).map(({ name, mode }) => `${name} ${mode.toString(8)}`)
}
