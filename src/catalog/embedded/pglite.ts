import { fsyncSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite, type PGliteOptions } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { type FileModes, keepPrivate } from './private-files.ts'

/**
 * What differs from PGlite's own start.
 *
 * `-F` (no fsync) and `-O` (system tables may be altered) are left out. Measured on the development machine, fsync costs
 * 1 to 2 ms a commit, nothing beside a page of a thousand repos.
 *
 * shared_buffers: 128 MB (the default) costs 110 MB more of resident memory than 32 MB and is no faster for tables that
 * the operating system caches anyway.
 */
const SETTINGS = {
  shared_buffers: '32MB',
  work_mem: '16MB',
  maintenance_work_mem: '64MB',
  // PGlite's fdatasync does nothing; its fsync is made to work below.
  wal_sync_method: 'fsync',
  jit: 'off',
}

const LEFT_OUT = ['-F', '-O']
/** How Postgres's log begins to say why it cannot go on. */
const COMPLAINT = /\b(?:FATAL|PANIC): +(?<text>.*)/

/** ENOSPC, as WASI numbers it. */
const NO_SPACE = 51

/** The Postgres major that the bundled PGlite is, as it stands in a data directory's PG_VERSION. */
export const POSTGRES_MAJOR = '18'

/** A folder of the real file system on which fsync does what it says: PGlite's own ignores it. */
class DurableNodeFS extends NodeFS {
  readonly #onAbort: (reason: string) => void

  constructor(directory: string, onAbort: (reason: string) => void) {
    super(directory)
    this.#onAbort = onAbort
  }

  override async init(pg: PGlite, options: EmscriptenOptions): Promise<{ emscriptenOpts: EmscriptenOptions }> {
    const { emscriptenOpts } = await super.init(pg, options)
    const patch = (module: object) => {
      const { NODEFS } = module as {
        NODEFS: { node_ops: FileModes; stream_ops: { fsync?: (stream: { nfd: number }) => number } }
      }
      keepPrivate(NODEFS.node_ops)
      NODEFS.stream_ops.fsync = (stream) => {
        fsyncSync(stream.nfd)
        return 0
      }
    }
    return {
      emscriptenOpts: {
        ...emscriptenOpts,
        preRun: [...[emscriptenOpts.preRun ?? []].flat(), patch],
        onAbort: (reason: unknown) => this.#onAbort(String(reason)),
      },
    }
  }
}

type EmscriptenOptions = Parameters<NodeFS['init']>[1]

interface OpenPgliteOptions {
  /** Where Postgres keeps its files. Initialised first if it is empty. */
  directory: string
  /** Called from within the engine when it cannot go on (a PANIC, out of memory); it must not be used afterwards. */
  onAbort: (reason: string) => void
}

/** Opens the embedded Postgres; recovers it from its write-ahead log if it was not closed. The caller owns the folder. */
export async function openPglite({ directory, onAbort }: OpenPgliteOptions): Promise<PGlite> {
  // What a query that was cut short spilled to disk. A postmaster removes it when it starts; single-user Postgres does not.
  await rm(join(directory, 'base/pgsql_tmp'), { recursive: true, force: true })
  let complaint: string | undefined
  const options: PGliteOptions = {
    fs: new DurableNodeFS(directory, (reason) => onAbort(complaint ?? (reason || 'it gave no reason'))),
    extensions: { pg_trgm },
    initDbStartParams: ['--no-sync', '--wal-segsize=4'],
    startParams: [
      ...PGlite.defaultStartParams.filter((parameter) => !LEFT_OUT.includes(parameter)),
      ...Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    onStderr: (line: string) => {
      complaint = COMPLAINT.exec(line)?.groups?.['text'] ?? complaint
      return false
    },
  }
  try {
    return await PGlite.create(options)
  } catch (error) {
    throw new Error(complaint ?? reasonOf(error), { cause: error })
  }
}

/** Errors of Emscripten's file system are no instances of Error and say nothing but a number. */
function reasonOf(error: unknown): string {
  if (error instanceof Error || typeof error !== 'object' || error === null || !('errno' in error)) {
    return String(error)
  }
  return error.errno === NO_SPACE
    ? 'no space left on its disk'
    : `its file system failed with WASI error ${error.errno}`
}
