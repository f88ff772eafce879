import { fsyncSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite, type PGliteOptions } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { vector } from '@electric-sql/pglite-pgvector'
import { type FileModes, keepPrivate } from '../private-files.ts'
import type { Shortage } from './thread-messages.ts'

/** The WebAssembly types used here, which Node's types lack. */
interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer
}
declare global {
  var WebAssembly: {
    Memory: new (pages: { initial: number; maximum: number }) => WebAssemblyMemory
    RuntimeError: ErrorConstructor
  }
}

/**
 * Differences from PGlite's defaults.
 *
 * `-F` (no fsync) and `-O` (system tables may be altered) are left out. fsync costs 1 to 2 ms per commit, which is negligible
 * beside a page of a thousand repos.
 *
 * shared_buffers: the default of 128 MB takes 110 MB more resident memory than 32 MB, and is no faster for tables that the
 * operating system caches anyway.
 */
const SETTINGS = {
  shared_buffers: '32MB',
  work_mem: '16MB',
  maintenance_work_mem: '64MB',
  // PGlite's fdatasync does nothing; DurableNodeFS makes its fsync work.
  wal_sync_method: 'fsync',
  jit: 'off',
}

/**
 * The memory of the WebAssembly in pages of 64 kB. It begins at 128 MB, grows as statements need it, and never shrinks. A
 * statement that needs more than the maximum fails in Postgres as out of memory.
 */
const PAGE_BYTES = 65_536
const INITIAL_PAGES = (128 * 1024 * 1024) / PAGE_BYTES
const MAX_PAGES = (768 * 1024 * 1024) / PAGE_BYTES

const LEFT_OUT = ['-F', '-O']
/** The reason of a fatal failure in Postgres's log. */
const COMPLAINT = /\b(?:FATAL|PANIC): +(?<text>.*)/

/** ENOSPC, as WASI numbers it. */
const NO_SPACE = 51

/** A folder of the real file system with a working fsync: PGlite's own ignores it. */
class DurableNodeFS extends NodeFS {
  readonly #memory: WebAssemblyMemory
  readonly #onAbort: (reason: string) => void

  constructor(directory: string, memory: WebAssemblyMemory, onAbort: (reason: string) => void) {
    super(directory)
    this.#memory = memory
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
        wasmMemory: this.#memory,
        preRun: [...[emscriptenOpts.preRun ?? []].flat(), patch],
        onAbort: (reason: unknown) => this.#onAbort(String(reason)),
      },
    }
  }
}

type EmscriptenOptions = Parameters<NodeFS['init']>[1]

interface OpenPgliteOptions {
  /** Folder of Postgres's files. An empty one is initialized first. */
  directory: string
  /** Called from within PGlite on a fatal failure (a PANIC, out of memory), after which it must not be used. */
  onAbort: (reason: string, shortage?: Shortage) => void
}

export interface OpenedPglite {
  pglite: PGlite
  memory: WebAssemblyMemory
}

/** Whether so much memory is in use that a failure within Postgres is probably due to a lack of it. */
export function isExhausted({ buffer }: WebAssemblyMemory): boolean {
  return buffer.byteLength > (MAX_PAGES * PAGE_BYTES) / 2
}

/** Opens the embedded Postgres, and recovers it if it was not closed. The caller must have the only access to the folder. */
export async function openPglite({ directory, onAbort }: OpenPgliteOptions): Promise<OpenedPglite> {
  // Temporary files of interrupted queries. A postmaster removes them at startup; single-user Postgres does not.
  await rm(join(directory, 'base/pgsql_tmp'), { recursive: true, force: true })
  let complaint: string | undefined
  const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAX_PAGES })
  const options: PGliteOptions = {
    fs: new DurableNodeFS(directory, memory, (reason) => onAbort(complaint ?? (reason || 'it gave no reason'))),
    extensions: { pg_trgm, vector },
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
    const pglite = await PGlite.create(options)
    dieOfTraps(pglite, onAbort)
    return { pglite, memory }
  } catch (error) {
    throw new Error(complaint ?? startFailure(error), { cause: error })
  }
}

/**
 * PGlite treats anything that ends a statement as an error reported by Postgres, even a stack overflow of the thread or a trap
 * of the WebAssembly, and would continue with the broken state that these leave.
 */
function dieOfTraps({ Module }: PGlite, onAbort: OpenPgliteOptions['onAbort']): void {
  const run = Module._PostgresMainLoopOnce
  Module._PostgresMainLoopOnce = () => {
    try {
      run()
    } catch (error) {
      if (error instanceof RangeError) onAbort(error.message, /call stack/.test(error.message) ? 'stack' : 'memory')
      if (error instanceof WebAssembly.RuntimeError) onAbort(error.message)
      throw error
    }
  }
}

/** Errors of Emscripten's file system are not instances of Error and have only a number. */
function startFailure(error: unknown): string {
  if (error instanceof Error || typeof error !== 'object' || error === null || !('errno' in error)) {
    return String(error)
  }
  return error.errno === NO_SPACE ? 'no space left on its disk' : `its file system failed with WASI error ${error.errno}`
}
