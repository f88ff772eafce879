import { execFile } from 'node:child_process'
import { appendFile, chmod, mkdir, mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual, promisify } from 'node:util'
import { type CatalogTarget, openConnection } from '../../src/catalog/connection.ts'
import { stageCoverage } from '../../src/catalog/stages/stage-due.ts'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { catalogState } from '../support/catalog/catalog-state.ts'
import { environmentOf } from '../support/processes/hubdex.ts'
import { startHubdex } from '../support/processes/hubdex-process.ts'
import { startLocalPostgres } from '../support/servers/local-postgres.ts'
import { freePort, type ThrowawayServer } from '../support/servers/throwaway-server.ts'

/**
 * Lets the disk of a catalog run full in the middle of a crawl, and of `hubdex up`; makes room, and lets them go on. On
 * Postgres and on the embedded engine, with so little room that the log of the database is what does not fit, and with so
 * much that a table is. What is wrong must be said, nothing be lost, and the end be that of a crawl that had room.
 * `node test/soak/full-disk.ts [repos]`, 2,000 by default; eight minutes. Needs root on Linux, for disks in memory. Ends with
 * code 1 when something is not so.
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
// The account that runs Postgres has to get there.
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
        if (!isSame) problem(`${what}: ${JSON.stringify(state)} in place of ${JSON.stringify(calm)}`)
        console.log(`${what}: ${isSame ? 'the same in the end' : 'ANOTHER END'}`)
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
  console.log(`NOT SO: ${text}`)
}

/** A crawl ends, again and again until there is room, and the next goes on. */
async function crawl(disk: Disk, room: number, what: string): Promise<unknown> {
  const command = ['crawl', '--stage-requests', '1000000']
  await disk.fillUp(room)
  for (let attempt = 1; attempt <= 2; attempt++) {
    const { code, stderr } = await disk.hubdex(command)
    const last = stderr.trimEnd().split('\n').at(-1)
    console.log(`${what}, attempt ${attempt}: code ${code}, ${last}`)
    if (code !== 1) problem(`${what}: ended with code ${code}`)
    // A server that is down is no more than that to the second.
    if (attempt === 1 && !SAYS_WHY.test(stderr)) problem(`${what}: does not say why it ended: ${stderr}`)
  }
  await disk.makeRoom()
  const { code, stderr } = await disk.hubdex(command)
  if (code !== 0) problem(`${what}: with room it ended with code ${code}: ${stderr}`)
  return await disk.state()
}

/** It stays, says that it is unwell, and goes on by itself. */
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
  if (!(await until(async () => SAYS_WHY.test(log), 120))) problem(`${what}: does not say what is wrong: ${log}`)
  const health = () =>
    fetch(`http://127.0.0.1:${port}/health`).then(
      ({ status }) => status,
      () => 0,
    )
  const unwell = await until(async () => (await health()) === 503, 60)
  if (!unwell) problem(`${what}: it takes itself to be well`)
  await disk.makeRoom()
  const done = await until(() => disk.isDone(), 300)
  if (!done) problem(`${what}: it did not go on`)
  if (!(await until(async () => (await health()) === 200, 120))) problem(`${what}: it does not get well again`)
  command.child.kill('SIGTERM')
  const { code } = await command.result
  const said = log.split('\n').filter((line) => line !== '')
  console.log(`${what}: code ${code}, ${said.length} lines, such as ${said.find((line) => SAYS_WHY.test(line))}`)
  if (code !== 0) problem(`${what}: ended with code ${code}: ${said.slice(-5).join('; ')}`)
  return await disk.state()
}

async function until(isSo: () => Promise<boolean>, seconds: number): Promise<boolean> {
  for (const endMs = performance.now() + seconds * 1000; performance.now() < endMs; ) {
    if (await isSo()) return true
    await delay(1_000)
  }
  return false
}

/** A small disk with a catalog on it. */
interface Disk {
  environment: Record<string, string>
  hubdex(commandLine: string[]): ReturnType<typeof startHubdex>['result']
  /** Takes all room but so many megabytes. */
  fillUp(room: number): Promise<void>
  /** As whoever runs the server would: frees some space, and starts it again if it has crashed. */
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
            return isFetched && (await connection.pool.query(passes)).rows[0].kinds === 4
          } finally {
            await connection.close()
          }
        } catch {
          // Not there yet.
          return false
        }
      },
      state: () => catalogState({ rows: query }),
    })
  } finally {
    await server?.stop()
  }
}
