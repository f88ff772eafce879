import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { temporaryFolder } from '../temporary-folder.ts'
import { freePort, startServer, type ThrowawayServer } from './throwaway-server.ts'

const run = promisify(execFile)

/**
 * Starts a throw-away Redis from the binary on this machine, which writes nothing to disk.
 *
 * @param port by default a free one; with that of a stopped server, it seems to return empty
 * @param given more arguments of redis-server
 * @returns undefined if the machine has none
 */
export async function startLocalRedis({
  port,
  given = [],
}: {
  port?: number
  given?: readonly string[]
} = {}): Promise<ThrowawayServer | undefined> {
  const isInstalled = await run('redis-server', ['--version']).then(
    () => true,
    () => false,
  )
  if (!isInstalled) return undefined
  const folder = await mkdtemp(join(temporaryFolder(), 'hubdex-test-redis-'))
  const chosen = port ?? (await freePort())
  const url = `redis://127.0.0.1:${chosen}`
  const stop = await startServer(
    {
      what: 'The test Redis',
      command: 'redis-server',
      arguments: [
        ...['--port', String(chosen), '--bind', '127.0.0.1', '--dir', folder],
        ...['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction', '--databases', '512'],
        ...given,
      ],
      folder,
      stopSignal: 'TERM',
    },
    () => pingRedis(url),
  )
  return {
    url,
    stop: async () => {
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function pingRedis(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null })
  // The rejection of `connect` has the error, too.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.ping()
  } finally {
    client.disconnect()
  }
}
