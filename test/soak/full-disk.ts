import { execFile } from 'node:child_process'
import { appendFile, chmod, mkdir, mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual, promisify } from 'node:util'
import { type CatalogTarget, openConnection } from '../../src/catalog/connection.ts'
import { PASS_KINDS } from '../../src/catalog/schema.ts'
import { stageCoverage } from '../../src/catalog/stages/stage-due.ts'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { catalogState } from '../support/catalog/catalog-state.ts'
import { environmentOf } from '../support/processes/hubdex.ts'
import { startHubdex } from '../support/processes/hubdex-process.ts'
import { startLocalPostgres } from '../support/servers/local-postgres.ts'
import { freePort, type ThrowawayServer } from '../support/servers/throwaway-server.ts'

/**
 * Fills the disk of a catalog during a crawl and `hubdex up`, then frees space and lets them continue. Runs on Postgres and
 * on the embedded engine, with so little space that the database's log does not fit, and with so much that a table does not.
 * Proves that the cause is reported, nothing is lost, and the result equals that of an undisturbed crawl; ends with code 1
 * otherwise. `node test/soak/full-disk.ts [repos]`, 2,000 by default; eight minutes. Needs root on Linux, for disks in memory.
 */
const [repos = '2000'] = process.argv.slice(2)
if (process.platform !== 'linux' || process.getuid?.() !== 0) {
  throw new Error('This mounts small disks in memory (tmpfs); expected to be run by root on Linux.')
}
const run = promisify(execFile)
const MEGABYTE = 1024 * 1024
const DISK_MEGABYTES = 800
const SAYS_WHY = /No space left on device|disk of the database is full|because its disk is full/
const ENGINES = ['postgres', 'embedded'] as const
type Engine = (typeof ENGINES)[number]

const folder = await mkdtemp(join(tmpdir(), 'hubdex-full-disk-'))
// The account that runs Postgres needs access.
await chmod(folder, 0o755)
const hub = await createSampleHub({ repos: Number(repos), seed: 29, quota: 0, latencyMs: 2 })
let problems = 0
try {
  const calm = await withDisk('embedded', async (disk) => {
    await disk.hubdex(['crawl', '--stage-requests', '1000000'])
    return await disk.state()
  })
  for (const engine of ENGINES) {
    for (const room of [8, 24]) {
      for (const command of ['crawl', 'up'] as const) {
        const what = `${command} on ${engine} with ${room} MB`
        const state = await withDisk(engine, (disk) => (command === 'crawl' ? crawl : up)(disk, room, what))
        const isSame = isDeepStrictEqual(state, calm)
        if (!isSame) problem(`${what}: found ${JSON.stringify(state)}, expected ${JSON.stringify(calm)}`)
        console.log(`${what}: the result is ${isSame ? 'the same' : 'DIFFERENT'}`)
      }
    }
  }
} finally {
  await hub.close()
  await rm(folder, { recursive: true })
}
process.exitCode = problems === 0 ? 0 : 1

function problem(text: string): void {
  problems++
  console.log(`FAILED: ${text}`)
}

/** Crawls end with an error until there is space; the next one resumes. */
async function crawl(disk: Disk, room: number, what: string): Promise<unknown> {
  const command = ['crawl', '--stage-requests', '1000000']
  await disk.fillUp(room)
  for (let attempt = 1; attempt <= 2; attempt++) {
    const { code, stderr } = await disk.hubdex(command)
    const last = stderr.trimEnd().split('\n').at(-1)
    console.log(`${what}, attempt ${attempt}: code ${code}, ${last}`)
    if (code !== 1) problem(`${what}: ended with code ${code}`)
    // The second attempt may find the server down, and cannot know why.
    if (attempt === 1 && !SAYS_WHY.test(stderr)) problem(`${what}: does not say why it ended: ${stderr}`)
  }
  await disk.makeRoom()
  const { code, stderr } = await disk.hubdex(command)
  if (code !== 0) problem(`${what}: with space it ended with code ${code}: ${stderr}`)
  return await disk.state()
}

/** The process keeps running, reports that it is unhealthy, and resumes by itself. */
async function up(disk: Disk, room: number, what: string): Promise<unknown> {
  const port = await freePort()
  await disk.fillUp(room)
  const command = startHubdex(['up', '--port', String(port)], {
    ...disk.environment,
    HUBDEX_SCHEDULE_RECENT: 'off',
    HUBDEX_SCHEDULE_STAGES: '*/5 * * * * *',
    HUBDEX_LOG_FORMAT: 'json',
  })
  let log = ''
  command.child.stderr?.on('data', (bytes) => {
    log += bytes
  })
  if (!(await until(async () => SAYS_WHY.test(log), 120))) problem(`${what}: does not log what is wrong: ${log}`)
  const health = () =>
    fetch(`http://127.0.0.1:${port}/health`).then(
      ({ status }) => status,
      () => 0,
    )
  if (!(await until(async () => (await health()) === 503, 60))) problem(`${what}: does not report that it is unhealthy`)
  await disk.makeRoom()
  if (!(await until(() => disk.isDone(), 300))) problem(`${what}: does not resume`)
  if (!(await until(async () => (await health()) === 200, 120))) problem(`${what}: does not become healthy again`)
  command.child.kill('SIGTERM')
  const { code } = await command.result
  const lines = log.split('\n').filter((line) => line !== '')
  console.log(`${what}: code ${code}, ${lines.length} lines, such as ${lines.find((line) => SAYS_WHY.test(line))}`)
  if (code !== 0) problem(`${what}: ended with code ${code}: ${lines.slice(-5).join('; ')}`)
  return await disk.state()
}

async function until(condition: () => Promise<boolean>, seconds: number): Promise<boolean> {
  for (const endMs = performance.now() + seconds * 1000; performance.now() < endMs; ) {
    if (await condition()) return true
    await delay(1_000)
  }
  return false
}

/** A small disk with a catalog on it. */
interface Disk {
  environment: Record<string, string>
  hubdex(commandLine: string[]): ReturnType<typeof startHubdex>['result']
  /** Leaves this many megabytes free. */
  fillUp(room: number): Promise<void>
  /** Does what an administrator would: frees space and restarts the server. */
  makeRoom(): Promise<void>
  isDone(): Promise<boolean>
  state(): Promise<Record<string, unknown>>
}

async function withDisk<Result>(engine: Engine, use: (disk: Disk) => Promise<Result>): Promise<Result> {
  const path = await mkdtemp(join(folder, 'disk-'))
  await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEGABYTES}m,mode=755`, 'tmpfs', path])
  try {
    return await useDisk(engine, path, use)
  } finally {
    await run('umount', ['--lazy', path])
  }
}

async function useDisk<Result>(engine: Engine, path: string, use: (disk: Disk) => Promise<Result>): Promise<Result> {
  const port = await freePort()
  const data = join(path, 'data')
  await mkdir(data)
  const startServer = async () => {
    const server = await startLocalPostgres({ isDurable: true, folder: data, port })
    if (server === undefined) throw new Error('No Postgres is installed on this machine; expected its binaries.')
    return server
  }
  let server: ThrowawayServer | undefined = engine === 'postgres' ? await startServer() : undefined
  const target: CatalogTarget = server === undefined ? { dataDirectory: data } : { databaseUrl: server.url }
  const environment = {
    ...environmentOf({ target }),
    ...{ HF_ENDPOINT: hub.url, HUBDEX_PAGE_SIZE: '100' },
  }
  const query = async (text: string) => {
    const connection = await openConnection(target)
    try {
      return (await connection.pool.query(text)).rows
    } finally {
      await connection.close()
    }
  }
  const ballast = join(path, 'ballast')
  try {
    await startHubdex(['db', 'migrate'], environment).result
    return await use({
      environment,
      hubdex: (commandLine) => startHubdex(commandLine, environment).result,
      fillUp: async (room) => {
        const piece = Buffer.alloc(MEGABYTE)
        const { bavail, bsize } = await statfs(path)
        for (let left = bavail * bsize; left > (room + 1) * MEGABYTE; left -= MEGABYTE) await appendFile(ballast, piece)
      },
      makeRoom: async () => {
        await rm(ballast)
        if (server === undefined) return
        await server.stop()
        server = await startServer()
      },
      isDone: async () => {
        try {
          const connection = await openConnection(target)
          try {
            const passes = `select count(distinct kind)::int as kinds from passes where scope = 'full' and state = 'complete'`
            const coverage = await stageCoverage(connection.db)
            const isFetched = coverage.every(({ due, waiting }) => due + waiting === 0)
            return isFetched && (await connection.pool.query(passes)).rows[0].kinds === PASS_KINDS.length
          } finally {
            await connection.close()
          }
        } catch {
          // The catalog is not available yet.
          return false
        }
      },
      state: () => catalogState({ rows: query }),
    })
  } finally {
    await server?.stop()
  }
}
