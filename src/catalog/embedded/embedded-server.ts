import { rm, writeFile } from 'node:fs/promises'
import { type DataDirectory, DataDirectoryError, explain, prepareDatabase } from './data-directory.ts'
import type { EmbeddedEvent } from './embedded-events.ts'
import { acquireFileLock, type FileLock } from './file-lock.ts'
import { PgliteThread, ThreadStopped } from './pglite/pglite-thread.ts'
import { WireServer } from './protocol/wire-server.ts'
import { SessionMultiplexer } from './session-multiplexer.ts'
import { adviceOnForeignFile, findInaccessible } from './trust.ts'

export interface EmbeddedServerOptions {
  idleInTransactionMs: number
  /** How long clients may take to finish when the server closes. */
  closeGraceMs: number
  onEvent: (event: EmbeddedEvent) => void
}

export interface EmbeddedServer {
  close(): Promise<void>
}

/**
 * Opens the database of a data directory as the only process, and serves it to all others. Every committed transaction survives
 * `kill -9` and, if the disk honors fsync, a power cut.
 *
 * @returns undefined if another process, or another part of this one, has the directory
 * @throws DataDirectoryError if it cannot be opened
 */
export async function serveDataDirectory(
  directory: DataDirectory,
  options: EmbeddedServerOptions,
): Promise<EmbeddedServer | undefined> {
  const lock = lockOf(directory)
  if (lock === undefined) return undefined
  const session = Promise.withResolvers<SessionMultiplexer>()
  // Clients that connect early wait for this. Without any, a failure is reported below.
  session.promise.catch(() => undefined)
  let wireServer: WireServer | undefined
  try {
    wireServer = await WireServer.listen(directory.socketPath, session.promise)
    await writeOwnerFile(directory)
    await prepareDatabase(directory, () => options.onEvent({ type: 'creating', directory: directory.path }))
    const server = await serve(directory, lock, wireServer, options)
    session.resolve(server.session)
    options.onEvent({ type: 'serving', directory: directory.path, socketPath: directory.socketPath })
    return server
  } catch (error) {
    const explained = explain(directory.path, error)
    session.reject(explained)
    await wireServer?.close(0)
    await rm(directory.ownerFile, { force: true }).catch(() => undefined)
    lock.release()
    throw explained
  }
}

function lockOf({ path, lockFile }: DataDirectory): FileLock | undefined {
  try {
    return acquireFileLock(lockFile)
  } catch (error) {
    throw explain(path, error)
  }
}

/** Replaces an existing file, which may belong to another user or be a link to elsewhere. */
async function writeOwnerFile({ ownerFile, socketPath }: DataDirectory): Promise<void> {
  await rm(ownerFile, { force: true })
  await writeFile(ownerFile, `${JSON.stringify({ pid: process.pid, socket: socketPath })}\n`, {
    flag: 'wx',
    mode: 0o600,
  })
}

async function serve(
  directory: DataDirectory,
  lock: FileLock,
  wireServer: WireServer,
  { idleInTransactionMs, closeGraceMs, onEvent }: EmbeddedServerOptions,
): Promise<EmbeddedServer & { session: SessionMultiplexer }> {
  const session = new SessionMultiplexer(await startThread(directory), {
    idleInTransactionMs,
    startThread: () => startThread(directory),
    onRestart: (reason) => onEvent({ type: 'restarted', reason }),
    onRenewal: (memoryBytes) => onEvent({ type: 'renewed', memoryBytes }),
    onFailure: () => void close(),
  })
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= (async () => {
      await wireServer.close(closeGraceMs)
      await session.close()
      await rm(directory.ownerFile, { force: true })
      lock.release()
    })()
    return closed
  }
  return { session, close }
}

async function startThread({ path, databasePath }: DataDirectory): Promise<PgliteThread> {
  try {
    return await PgliteThread.start(databasePath)
  } catch (error) {
    if (!(error instanceof ThreadStopped)) throw error
    const advice = await adviceOn(error, { path, databasePath })
    throw new DataDirectoryError(`Postgres cannot open ${databasePath}: ${error.message}. ${advice}`, { cause: error })
  }
}

/** Only files that may really be damaged are called so: people follow advice to delete them. */
async function adviceOn(
  { message }: ThreadStopped,
  { path, databasePath }: Pick<DataDirectory, 'path' | 'databasePath'>,
): Promise<string> {
  if (/no space left/i.test(message)) return 'Free some space on its disk; committed work is safe.'
  const inaccessible = await findInaccessible(databasePath)
  return inaccessible === undefined
    ? `If its files are damaged, restore them, or delete ${path} and crawl again.`
    : adviceOnForeignFile(inaccessible, path)
}
