import { createHash } from 'node:crypto'
import { chmodSync, constants } from 'node:fs'
import { access, chmod, mkdir, mkdtemp, open, readdir, readFile, realpath, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { errorCode } from '../../util/error-code.ts'
import { createDatabaseFiles } from './pglite/create-database-files.ts'
import { adviceOnForeignFile, isForeign, reasonForDistrust } from './trust.ts'

/** The embedded catalog's folder cannot be used. The message says why and what to do. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError'
}

export interface DataDirectory {
  /** As the user named it, for messages. */
  path: string
  /** Postgres's files. */
  databasePath: string
  lockFile: string
  /** Says which process serves it, for people. */
  ownerFile: string
  /** The socket of its server: `psql -h <dirname>` connects to it. On Windows the name of a pipe. */
  socketPath: string
}

const DATABASE_FOLDER = 'postgres'
/** Major version of the bundled PGlite, as in PG_VERSION. A constant, because PGlite takes long to load. */
const POSTGRES_MAJOR = '18'
/** sockaddr_un has 104 bytes on macOS and 108 on Linux, including the final zero. */
const MAX_SOCKET_PATH_BYTES = 103
const SOCKET_NAME = '.s.PGSQL.5432'

/** Whether an embedded catalog was created here. An unreadable folder counts as one: opening it then says why. */
export async function holdsDatabase(path: string): Promise<boolean> {
  return await access(join(path, DATABASE_FOLDER)).then(
    () => true,
    (error) => errorCode(error) !== 'ENOENT',
  )
}

/** Creates the folder if needed, for its owner only, and returns its paths. A folder of another user is refused. */
export async function openDataDirectory(path: string): Promise<DataDirectory> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
    const real = await realpath(path)
    await access(real, constants.W_OK | constants.X_OK)
    const lockFile = join(path, 'owner.lock')
    const databasePath = join(path, DATABASE_FOLDER)
    await refuseForeign(path, real, [lockFile, databasePath])
    await (await open(lockFile, 'a', 0o600)).close()
    return {
      path,
      databasePath,
      lockFile,
      ownerFile: join(path, 'owner.json'),
      socketPath: await socketPathOf(real),
    }
  } catch (error) {
    throw explain(path, error)
  }
}

async function refuseForeign(path: string, real: string, files: readonly string[]): Promise<void> {
  const foreign = files.find(isForeign)
  const reason = (await reasonForDistrust(real)) ?? (foreign === undefined ? undefined : adviceOnForeignFile(foreign, path))
  if (reason !== undefined) throw new DataDirectoryError(`The data directory ${path} cannot be used: ${reason}`)
}

/** The same path for every process that opens the folder, by whatever name. */
async function socketPathOf(realPath: string): Promise<string> {
  const digest = createHash('sha256').update(realPath).digest('hex').slice(0, 16)
  if (process.platform === 'win32') return `\\\\.\\pipe\\hubdex-${digest}`
  const inside = join(realPath, SOCKET_NAME)
  if (Buffer.byteLength(inside) <= MAX_SOCKET_PATH_BYTES) return inside
  const folder = join(tmpdir(), `hubdex-${digest}`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // Anybody can write to the temporary folder: a user who created this folder before us could serve us another catalog.
  if (isForeign(folder)) {
    throw new DataDirectoryError(
      `${folder} belongs to another user. Use a data directory with a shorter path than ${realPath}.`,
    )
  }
  chmodSync(folder, 0o700)
  return join(folder, SOCKET_NAME)
}

/** Creates the database, which takes a few seconds, or checks that this version can open it. Requires the file lock. */
export async function prepareDatabase(directory: DataDirectory, onCreate: () => void): Promise<void> {
  const version = await readVersion(directory)
  if (version === undefined) {
    onCreate()
    await createDatabase(directory)
    return
  }
  if (version !== POSTGRES_MAJOR) {
    throw new DataDirectoryError(
      `${directory.databasePath} was written by Postgres ${version}; this hubdex includes Postgres ${POSTGRES_MAJOR}. ` +
        'Open it with the version of hubdex that wrote it, or use another data directory.',
    )
  }
  // It may be a copy with other modes.
  await chmod(directory.databasePath, 0o700)
}

async function readVersion({ path, databasePath }: DataDirectory): Promise<string | undefined> {
  try {
    return (await readFile(join(databasePath, 'PG_VERSION'), 'utf8')).trim()
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw explain(path, error)
  }
  const names = await readdir(databasePath).catch((error) => {
    if (errorCode(error) === 'ENOENT') return []
    throw explain(path, error)
  })
  if (names.length === 0) return undefined
  throw new DataDirectoryError(
    `${databasePath} is not a Postgres database: it has files but no PG_VERSION. Restore it, or delete it to start over.`,
  )
}

/** The database gets its name once it is complete, so a killed process leaves nothing to repair. */
async function createDatabase({ path, databasePath }: DataDirectory): Promise<void> {
  const unfinished = `${databasePath}.new-`
  try {
    await removeUnfinished(path, unfinished)
    // A new name each time, because the helper of a killed process may still be writing to an older one.
    const folder = await mkdtemp(unfinished)
    await createDatabaseFiles(folder)
    await syncFiles(folder)
    await rename(folder, databasePath)
    await syncFile(path)
  } catch (error) {
    // On a full disk these 20 MB matter.
    await removeUnfinished(path, unfinished).catch(() => undefined)
    throw explain(path, error)
  }
}

async function removeUnfinished(path: string, unfinished: string): Promise<void> {
  for (const name of await readdir(path)) {
    if (name.startsWith(basename(unfinished))) await rm(join(path, name), { recursive: true, force: true })
  }
}

async function syncFiles(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    await syncFile(join(entry.parentPath, entry.name))
  }
  await syncFile(folder)
}

async function syncFile(path: string): Promise<void> {
  // Windows can neither open a folder nor sync a file that is opened for reading.
  if (process.platform === 'win32') return
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** What to do about a folder that cannot be used, by errno. */
const FOLDER_ADVICE: Record<string, string> = {
  EEXIST: 'it is a file; expected a folder. Use another data directory, or move the file away.',
  ENOTDIR: 'a part of the path is a file; expected a folder. Use another data directory.',
  EACCES: 'permission denied. Give yourself write access to it, or use another data directory.',
  EPERM: 'permission denied. Give yourself write access to it, or use another data directory.',
  EROFS: 'it is on a read-only file system. Use another data directory.',
  ENOSPC: 'the disk is full. Free some space (an empty catalog takes 40 MB), or use another data directory.',
  EDQUOT: 'the disk quota is exhausted. Free some space, or use another data directory.',
}

/** Turns a failure to use the folder into an error with advice. */
export function explain(path: string, error: unknown): DataDirectoryError {
  if (error instanceof DataDirectoryError) return error
  const advice = FOLDER_ADVICE[errorCode(error) ?? ''] ?? `${error instanceof Error ? error.message : String(error)}`
  return new DataDirectoryError(`The data directory ${path} cannot be used: ${advice}`, { cause: error })
}
