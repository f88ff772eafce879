import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

const PROGRAM = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './initialize.ts' : './initialize.js', import.meta.url))

/**
 * Creates the files of an empty database (initdb) in an empty folder. It uses a process of its own, because it needs 700 MB,
 * which would stay in the resident memory of this process after a thread.
 */
export async function createDatabaseFiles(directory: string): Promise<void> {
  try {
    await run(process.execPath, [PROGRAM, directory])
  } catch (error) {
    const lastLine = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : ''
    throw new Error(`an empty database could not be created: ${lastLine || String(error)}`, { cause: error })
  }
}
