import { rm, writeFile } from 'node:fs/promises'
import { type DataDirectory, DataDirectoryError, explain, prepareDatabase } from './data-directory.ts'
import type { EmbeddedEvent } from './embedded-events.ts'
import { Engine, EngineStopped } from './engine/engine.ts'
import { acquireFileLock, type Ownership } from './file-lock.ts'
import { WireServer } from './protocol/wire-server.ts'
import { Session } from './session.ts'
import { adviceOnForeignFile, findInaccessible } from './trust.ts'

export interface EmbeddedServerOptions {
  idleInTransactionMs: number
  /** How long clients may take to finish what they are at when the server closes. */
  closeGraceMs: number
  onEvent: (event: EmbeddedEvent) => void
}

export interface EmbeddedServer {
  close(): Promise<void>
}

/**
 * Becomes the one process that has the data directory's database open, and serves it to all others.
 *
 * What survives: every transaction whose commit was answered, both `kill -9` and, where the disk keeps its promises, a
 * power cut (fsync is on).
 *
 * @returns undefined when another process, or another part of this one, owns the directory
 * @throws DataDirectoryError when it cannot be opened
 */
export async function serveDataDirectory(
  directory: DataDirectory,
  options: EmbeddedServerOptions,
): Promise<EmbeddedServer | undefined> {
  const ownership = ownershipOf(directory)
  if (ownership === undefined) return undefined
  const session = Promise.withResolvers<Session>()
  // Clients that connect before the engine is up wait for this; where there are none, its failure is reported below.
  session.promise.catch(() => undefined)
  let wireServer: WireServer | undefined
  try {
    wireServer = await WireServer.listen(directory.socketPath, session.promise)
    await writeOwnerFile(directory)
    await prepareDatabase(directory, () => options.onEvent({ type: 'creating', directory: directory.path }))
    const server = await serve(directory, ownership, wireServer, options)
    session.resolve(server.session)
    options.onEvent({ type: 'serving', directory: directory.path, socketPath: directory.socketPath })
    return server
  } catch (error) {
    const explained = explain(directory.path, error)
    session.reject(explained)
    await wireServer?.close(0)
    await rm(directory.ownerFile, { force: true }).catch(() => undefined)
    ownership.release()
    throw explained
  }
}

function ownershipOf({ path, lockFile }: DataDirectory): Ownership | undefined {
  try {
    return acquireFileLock(lockFile)
  } catch (error) {
    throw explain(path, error)
  }
}

/** Anew, since one that is there may be another user's, or a link that leads elsewhere. */
async function writeOwnerFile({ ownerFile, socketPath }: DataDirectory): Promise<void> {
  await rm(ownerFile, { force: true })
  await writeFile(ownerFile, `${JSON.stringify({ pid: process.pid, socket: socketPath })}\n`, {
    flag: 'wx',
    mode: 0o600,
  })
}

async function serve(
  directory: DataDirectory,
  ownership: Ownership,
  wireServer: WireServer,
  { idleInTransactionMs, closeGraceMs, onEvent }: EmbeddedServerOptions,
): Promise<EmbeddedServer & { session: Session }> {
  const session = new Session(await startEngine(directory), {
    idleInTransactionMs,
    startEngine: () => startEngine(directory),
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
      ownership.release()
    })()
    return closed
  }
  return { session, close }
}

async function startEngine({ path, databasePath }: DataDirectory): Promise<Engine> {
  try {
    return await Engine.start(databasePath)
  } catch (error) {
    if (!(error instanceof EngineStopped)) throw error
    const advice = await adviceOn(error, { path, databasePath })
    throw new DataDirectoryError(`Postgres cannot open ${databasePath}: ${error.message}. ${advice}`, { cause: error })
  }
}

/** Nothing that holds sound files may be called damaged: people follow advice to delete them. */
async function adviceOn(
  { message }: EngineStopped,
  { path, databasePath }: Pick<DataDirectory, 'path' | 'databasePath'>,
): Promise<string> {
  if (/no space left/i.test(message)) return 'Free some space on its disk; nothing that was committed is lost.'
  const inaccessible = await findInaccessible(databasePath)
  return inaccessible === undefined
    ? `If its files are damaged, restore them, or delete ${path} and crawl again.`
    : adviceOnForeignFile(inaccessible, path)
}
