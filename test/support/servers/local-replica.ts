import { execFile } from 'node:child_process'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryFolder } from '../temporary-folder.ts'
import { findBinaries, runPostgres, serverAccount } from './local-postgres.ts'
import { freePort, type ThrowawayServer } from './throwaway-server.ts'

const run = promisify(execFile)

/** Starts a streaming replica of a throw-away Postgres of this machine. @returns undefined without Postgres's binaries */
export async function startLocalReplica(serverUrl: string): Promise<ThrowawayServer | undefined> {
  const binaries = await findBinaries()
  const account = await serverAccount()
  if (binaries === undefined || account === 'none') return undefined
  const directory = await mkdtemp(join(temporaryFolder(), 'hubdex-test-replica-'))
  if (account !== undefined) await chown(directory, account.uid, account.gid)
  await run(
    join(binaries, 'pg_basebackup'),
    ['--pgdata', join(directory, 'data'), '--dbname', serverUrl, '--write-recovery-conf', '--checkpoint=fast', '--no-sync'],
    { ...account, cwd: directory },
  )
  const port = await freePort()
  const url = Object.assign(new URL(serverUrl), { host: `127.0.0.1:${port}` }).href
  const stop = await runPostgres({ binaries, directory, account, port, url })
  return {
    url,
    stop: async () => {
      await stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
