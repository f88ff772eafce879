import { execFile } from 'node:child_process'
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { temporaryFolder } from '../temporary-folder.ts'
import { freePort, startServer, type ThrowawayServer } from './throwaway-server.ts'

const run = promisify(execFile)

/**
 * Starts a throw-away Postgres from the binaries on this machine, on a free port. Its URL is a superuser's, for the `postgres`
 * database.
 *
 * @param isDurable whether writes are durable, and on disk, for benchmarks
 * @param folder for its data, which then stays and can be used again; by default a temporary one
 * @returns undefined if the machine has no Postgres server, or no account to run it
 */
export async function startLocalPostgres({
  isDurable = false,
  port: givenPort,
  folder,
}: {
  isDurable?: boolean
  port?: number
  folder?: string
} = {}): Promise<ThrowawayServer | undefined> {
  const binaries = await findBinaries()
  if (binaries === undefined) return undefined

  const account = await serverAccount()
  if (account === 'none') return undefined
  const directory = folder ?? (await mkdtemp(join(isDurable ? tmpdir() : temporaryFolder(), 'hubdex-test-postgres-')))
  if (account !== undefined) await chown(directory, account.uid, account.gid)
  const data = join(directory, 'data')
  if (!(await namesIn(directory)).includes('data')) {
    await run(
      join(binaries, 'initdb'),
      ['--pgdata', data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
      { ...account, cwd: directory },
    )
  }

  const port = givenPort ?? (await freePort())
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  // Durability is off for tests, because their data does not outlive the run.
  const options = isDurable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']
  const stop = await runPostgres({ binaries, directory, account, port, url, options })
  return {
    url,
    stop: async () => {
      await stop()
      if (folder === undefined) await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Runs a server over `data` in a directory, on the local machine only. */
export function runPostgres({
  binaries,
  directory,
  account,
  port,
  url,
  options = [],
}: {
  binaries: string
  directory: string
  account: { uid: number; gid: number } | undefined
  port: number
  url: string
  options?: readonly string[]
}): Promise<() => Promise<void>> {
  const settings = ['listen_addresses=127.0.0.1', 'max_connections=200', ...options].flatMap((option) => ['-c', option])
  return startServer(
    {
      what: `The test Postgres in ${directory}`,
      command: join(binaries, 'postgres'),
      arguments: ['-D', join(directory, 'data'), '-p', String(port), '-k', directory, ...settings],
      folder: directory,
      account,
    },
    () => pingPostgres(url),
  )
}

/** The folder of the newest installed server: on the PATH, else where Debian, Homebrew or Postgres.app put it. */
export async function findBinaries(): Promise<string | undefined> {
  const onPath = await run('pg_config', ['--bindir']).then(
    ({ stdout }) => [stdout.trim()],
    () => [],
  )
  const versions = await Promise.all([
    versionFolders('/usr/lib/postgresql', ''),
    versionFolders('/opt/homebrew/opt', 'postgresql@'),
    versionFolders('/Applications/Postgres.app/Contents/Versions', ''),
  ])
  for (const folder of [...onPath, ...versions.flat()]) {
    const names = await namesIn(folder)
    if (names.includes('initdb') && names.includes('postgres')) return folder
  }
  return undefined
}

async function versionFolders(parent: string, prefix: string): Promise<string[]> {
  const names = await namesIn(parent)
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({ name, version: Number(name.slice(prefix.length)) }))
    .filter(({ version }) => version >= 15)
    .sort((a, b) => b.version - a.version)
    .map(({ name }) => join(parent, name, 'bin'))
}

function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

/** Postgres refuses to run as root, so root runs it as the `postgres` account of its package. */
export async function serverAccount(): Promise<{ uid: number; gid: number } | 'none' | undefined> {
  if (process.getuid?.() !== 0) return undefined
  try {
    const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, 'postgres'])))
    return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) }
  } catch {
    // `id` fails if there is no such account.
    return 'none'
  }
}

async function pingPostgres(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.end()
}
