import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startHub } from './support/child.ts'

/**
 * Measures the duration of commands, from the sources and compiled as in the package, compared with Node without a program, on
 * an embedded catalog: `npm run bench -- startup [repos]`, 20,000 by default. Node's compile cache is warm.
 */
const [repos = '20000'] = process.argv.slice(2)
const RUNS = 10

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'hubdex-bench-'))
const dataDirectory = join(folder, 'data')
const hub = await startHub(Number(repos))
const { DATABASE_URL: _, MEILI_URL: __, ...inherited } = process.env
const environment = {
  ...inherited,
  HF_ENDPOINT: hub.url,
  HUBDEX_DATA_DIR: dataDirectory,
  NODE_COMPILE_CACHE: join(folder, 'compile-cache'),
}
const programs = { source: join(root, 'src/cli/main.ts'), compiled: await buildPackage() }

try {
  await hubdex('crawl', '--stages', 'none')
  const { hits } = JSON.parse(await hubdex('search', '--limit', '1', '--json'))
  console.log(`${'wall ms'.padStart(68)}${'CPU ms'.padStart(18)}\n${' '.repeat(54)}   least  median   least  median`)
  await measure('node -e 0', ['-e', '0'])
  await measureBoth('', ['--version'], ['--help'], ['search', '--help'])
  await measureBoth(' (alone)', ['search', 'llama'], ['show', hits[0].id])
  const owner = await startOwner()
  await measureBoth(' (beside up)', ['search', 'llama'], ['show', hits[0].id])
  owner.kill('SIGTERM')
  await once(owner, 'exit')
} finally {
  await hub.stop()
  await rm(folder, { recursive: true, force: true })
}

/** Compiles the package as it is published, but with the dependencies of the checkout. */
async function buildPackage(): Promise<string> {
  const dist = join(folder, 'dist')
  await run(join(root, 'node_modules/.bin/tsc'), ['-p', join(root, 'tsconfig.build.json'), '--outDir', dist])
  await copyFile(join(root, 'package.json'), join(folder, 'package.json'))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  return join(dist, 'src/cli/main.js')
}

async function hubdex(...commandLine: string[]): Promise<string> {
  return (await run(process.execPath, [programs.source, ...commandLine], { env: environment })).stdout
}

/** Starts a `hubdex up` that opens the catalog and does nothing else. */
async function startOwner() {
  const off = Object.fromEntries(['FULL', 'RECENT', 'TAGS', 'STAGES'].map((job) => [`HUBDEX_SCHEDULE_${job}`, 'off']))
  const owner = spawn(process.execPath, [programs.compiled, 'up', '--port', '0'], {
    env: { ...environment, ...off },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(owner.stdout, 'data')
  return owner
}

async function measureBoth(suffix: string, ...commandLines: string[][]): Promise<void> {
  for (const commandLine of commandLines) {
    for (const [name, program] of Object.entries(programs)) {
      await measure(`${name}: hubdex ${commandLine.join(' ')}${suffix}`, [program, ...commandLine])
    }
  }
}

async function measure(name: string, nodeArguments: string[]): Promise<void> {
  await timesOf(nodeArguments)
  const times: { wallMs: number; cpuMs: number }[] = []
  for (let round = 0; round < RUNS; round++) times.push(await timesOf(nodeArguments))
  const [wall, cpu] = [times.map(({ wallMs }) => wallMs), times.map(({ cpuMs }) => cpuMs)].map(leastAndMedian)
  console.log(`${name.slice(0, 54).padEnd(54)}${wall}${cpu}`)
}

/** Measured by the shell, because Node does not report the processor time of a child process. */
async function timesOf(nodeArguments: string[]): Promise<{ wallMs: number; cpuMs: number }> {
  const script = `TIMEFORMAT='%3R %3U %3S'; time "$@" > /dev/null 2>&1`
  const { stderr } = await run('bash', ['-c', script, 'bash', process.execPath, ...nodeArguments], { env: environment })
  const [wall = 0, user = 0, system = 0] = stderr.trim().split(' ').map(Number)
  return { wallMs: wall * 1000, cpuMs: (user + system) * 1000 }
}

function leastAndMedian(milliseconds: readonly number[]): string {
  const sorted = milliseconds.toSorted((left, right) => left - right)
  return [sorted[0], sorted[Math.floor(sorted.length / 2)]].map((value) => value?.toFixed(0).padStart(8)).join('')
}
