import { execFile, spawn } from 'node:child_process'
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'

const run = promisify(execFile)

const START_TIMEOUT_MS = 20_000

export interface LocalPostgres {
  /** A superuser's connection to the `postgres` database. */
  url: string
  stop(): Promise<void>
}

/**
 * Starts a throw-away Postgres from the binaries installed on this machine, on a free port.
 *
 * @param isDurable whether it writes as a server does that must keep its data; for benchmarks
 * @returns undefined where the machine has no Postgres server installed, or no account to run it
 */
export async function startLocalPostgres({ isDurable = false } = {}): Promise<LocalPostgres | undefined> {
  const binaries = await findBinaries()
  if (binaries === undefined) return undefined

  const account = await serverAccount()
  if (account === 'none') return undefined
  const directory = await mkdtemp(join(tmpdir(), 'hubdex-test-postgres-'))
  if (account !== undefined) await chown(directory, account.uid, account.gid)
  const data = join(directory, 'data')
  await run(
    join(binaries, 'initdb'),
    ['--pgdata', data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    { ...account, cwd: directory },
  )

  const port = await freePort()
  // The shell holds a pipe to this process and stops the server when the pipe closes: a test run that is killed
  // leaves no server behind. Durability is off for tests because the data never outlives the run.
  const server = spawn(
    'sh',
    [
      '-c',
      '"$@" & server=$!; read -r _; kill -QUIT "$server"; wait "$server"',
      'sh',
      join(binaries, 'postgres'),
      ...['-D', data, '-p', String(port), '-k', directory, '-c', 'listen_addresses=127.0.0.1'],
      ...['-c', 'max_connections=200'],
      ...(isDurable ? [] : ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off']),
    ],
    { ...account, cwd: directory, stdio: ['pipe', 'ignore', 'pipe'] },
  )
  let log = ''
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-4000)
  })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const stop = async () => {
    server.stdin.end()
    await ended
    await rm(directory, { recursive: true, force: true })
  }

  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  try {
    await untilReady(url)
  } catch (error) {
    await stop()
    throw new Error(`The test Postgres in ${binaries} did not start within ${START_TIMEOUT_MS} ms. Its log: ${log}`, {
      cause: error,
    })
  }
  return { url, stop }
}

/** The folder of the newest installed server: the one on the PATH, else the places of Debian, Homebrew and Postgres.app. */
async function findBinaries(): Promise<string | undefined> {
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

/** Most of the candidate folders are absent on any one machine. */
function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

/** Postgres refuses to run as root, so root runs it as the `postgres` account that its package makes. */
async function serverAccount(): Promise<{ uid: number; gid: number } | 'none' | undefined> {
  if (process.getuid?.() !== 0) return undefined
  try {
    const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, 'postgres'])))
    return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) }
  } catch {
    // `id` fails where there is no such account.
    return 'none'
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

async function untilReady(url: string): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS
  for (;;) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (performance.now() > deadline) throw error
      await delay(50)
    }
  }
}
