import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort, startServer, type ThrowawayServer } from './throwaway-server.ts'

const run = promisify(execFile)

/** The key of every Meilisearch that a test run starts. */
export const MEILI_MASTER_KEY = 'a-master-key-for-tests-only'

/**
 * Starts a throw-away Meilisearch from the binary on this machine: that of MEILISEARCH_BINARY, or the one on the PATH.
 *
 * @param folder for its data, which then stays; by default a temporary one
 * @param indexingMemory small by default: the server clears it for each batch, which takes half a second for the gigabytes of
 *   its own default
 * @param settings more arguments
 * @returns undefined if the machine has none
 */
export async function startLocalMeilisearch({
  port,
  folder,
  indexingMemory = '200MB',
  settings = [],
}: {
  port?: number
  folder?: string
  indexingMemory?: string
  settings?: readonly string[]
} = {}): Promise<ThrowawayServer | undefined> {
  const command = process.env['MEILISEARCH_BINARY'] ?? 'meilisearch'
  const isInstalled = await run(command, ['--version']).then(
    () => true,
    () => false,
  )
  if (!isInstalled) return undefined
  const data = folder ?? (await mkdtemp(join(tmpdir(), 'hubdex-test-meilisearch-')))
  const url = `http://127.0.0.1:${port ?? (await freePort())}`
  const stop = await startServer(
    {
      what: 'The test Meilisearch',
      command,
      arguments: [
        '--no-analytics',
        '--max-indexing-memory',
        indexingMemory,
        '--http-addr',
        new URL(url).host,
        '--db-path',
        join(data, 'data'),
        ...settings,
      ],
      folder: data,
      stopSignal: 'TERM',
      environment: { MEILI_MASTER_KEY, MEILI_ENV: 'development' },
    },
    async () => {
      const answer = await fetch(`${url}/health`)
      if (!answer.ok) throw new Error(`/health answered ${answer.status}.`)
    },
  )
  return {
    url,
    stop: async () => {
      await stop()
      if (folder === undefined) await rm(data, { recursive: true, force: true })
    },
  }
}
