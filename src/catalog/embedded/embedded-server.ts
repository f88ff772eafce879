import { rm, writeFile } from 'node:fs/promises'
import { type DataDirectory, DataDirectoryError, explain, prepareDatabase } from './data-directory.ts'
import type { EmbeddedEvent } from './embedded-events.ts'
import { Engine, EngineStopped } from './engine.ts'
import { Front } from './front.ts'
import { type Ownership, takeOwnership } from './ownership.ts'
import { Session } from './session.ts'

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
  const ownership = takeOwnership(directory.lockFile)
  if (ownership === undefined) return undefined
  const session = Promise.withResolvers<Session>()
  // Clients that connect before the engine is up wait for this; where there are none, its failure is reported below.
  session.promise.catch(() => undefined)
  let front: Front | undefined
  try {
    front = await Front.listen(directory.socketPath, session.promise)
    await writeFile(directory.ownerFile, `${JSON.stringify({ pid: process.pid, socket: directory.socketPath })}\n`)
    await prepareDatabase(directory, () => options.onEvent({ type: 'creating', directory: directory.path }))
    const server = await serve(directory, ownership, front, options)
    session.resolve(server.session)
    options.onEvent({ type: 'serving', directory: directory.path, socketPath: directory.socketPath })
    return server
  } catch (error) {
    const explained = explain(directory.path, error)
    session.reject(explained)
    await front?.close(0)
    await rm(directory.ownerFile, { force: true }).catch(() => undefined)
    ownership.release()
    throw explained
  }
}

async function serve(
  directory: DataDirectory,
  ownership: Ownership,
  front: Front,
  { idleInTransactionMs, closeGraceMs, onEvent }: EmbeddedServerOptions,
): Promise<EmbeddedServer & { session: Session }> {
  const session = new Session(await startEngine(directory), {
    idleInTransactionMs,
    startEngine: () => startEngine(directory),
    onRestart: (reason) => onEvent({ type: 'restarted', reason }),
    onFailure: () => void close(),
  })
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= (async () => {
      await front.close(closeGraceMs)
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
    const advice = /no space left/i.test(error.message)
      ? 'Free some space on its disk; nothing that was committed is lost.'
      : `If its files are damaged, restore them, or delete ${path} and crawl again.`
    throw new DataDirectoryError(`Postgres cannot open ${databasePath}: ${error.message}. ${advice}`, { cause: error })
  }
}
