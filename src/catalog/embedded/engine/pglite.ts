import { fsyncSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite, type PGliteOptions } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { type FileModes, keepPrivate } from '../private-files.ts'
import type { Shortage } from './engine-messages.ts'

/** The parts that are used here of what the types of Node leave to those of browsers. */
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

/**
 * The memory of the WebAssembly, in pages of 64 kB: it begins with 128 MB, grows with what a statement needs, and never shrinks. A
 * statement that needs more than the most is refused by Postgres as out of memory.
 */
const PAGE_BYTES = 65_536
const INITIAL_PAGES = (128 * 1024 * 1024) / PAGE_BYTES
const MAX_PAGES = (768 * 1024 * 1024) / PAGE_BYTES

const LEFT_OUT = ['-F', '-O']
/** How Postgres's log begins to say why it cannot go on. */
const COMPLAINT = /\b(?:FATAL|PANIC): +(?<text>.*)/

/** ENOSPC, as WASI numbers it. */
const NO_SPACE = 51

/** A folder of the real file system on which fsync does what it says: PGlite's own ignores it. */
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
  /** Where Postgres keeps its files. Initialized first if it is empty. */
  directory: string
  /** Called from within the engine when it cannot go on (a PANIC, out of memory); it must not be used afterwards. */
  onAbort: (reason: string, shortage?: Shortage) => void
}

export interface OpenedPglite {
  pglite: PGlite
  memory: WebAssemblyMemory
}

/** Whether so much is in use that a failure within Postgres is most likely one to get more, while it handled another. */
export function isExhausted({ buffer }: WebAssemblyMemory): boolean {
  return buffer.byteLength > (MAX_PAGES * PAGE_BYTES) / 2
}

/** Opens the embedded Postgres; recovers it from its write-ahead log if it was not closed. The caller owns the folder. */
export async function openPglite({ directory, onAbort }: OpenPgliteOptions): Promise<OpenedPglite> {
  // What a query that was cut short spilled to disk. A postmaster removes it when it starts; single-user Postgres does not.
  await rm(join(directory, 'base/pgsql_tmp'), { recursive: true, force: true })
  let complaint: string | undefined
  const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAX_PAGES })
  const options: PGliteOptions = {
    fs: new DurableNodeFS(directory, memory, (reason) => onAbort(complaint ?? (reason || 'it gave no reason'))),
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
    const pglite = await PGlite.create(options)
    dieOfTraps(pglite, onAbort)
    return { pglite, memory }
  } catch (error) {
    throw new Error(complaint ?? startFailure(error), { cause: error })
  }
}

/**
 * PGlite takes whatever ends a statement for an error that Postgres has reported, the end of the thread's stack and a trap of the
 * WebAssembly included, and would go on with what these leave behind.
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

/** Errors of Emscripten's file system are no instances of Error and say nothing but a number. */
function startFailure(error: unknown): string {
  if (error instanceof Error || typeof error !== 'object' || error === null || !('errno' in error)) {
    return String(error)
  }
  return error.errno === NO_SPACE
    ? 'no space left on its disk'
    : `its file system failed with WASI error ${error.errno}`
}
