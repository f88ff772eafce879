import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Pinned, so that a new version of the client breaks no build. */
const PACKAGE = 'huggingface_hub==2.4.0'
const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/hubdex')
const INSTALL_TIMEOUT_MS = 240_000

/**
 * A virtual environment with `huggingface_hub`, made once in a folder of `node_modules`.
 *
 * @returns the path of its Python, or why there is none
 */
export async function pythonWithClient(): Promise<{ python: string } | { reason: string }> {
  const folder = join(CACHE, PACKAGE.replace('==', '-'))
  const python = join(folder, 'bin', 'python')
  if (existsSync(python)) return { python }
  const made = `${folder}.${process.pid}`
  try {
    await mkdir(CACHE, { recursive: true })
    await run('python3', ['-m', 'venv', made])
    const options = { timeout: INSTALL_TIMEOUT_MS }
    await run(join(made, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--no-input', PACKAGE], options)
    // Under this name it is complete.
    await rename(made, folder)
    return { python }
  } catch (error) {
    await rm(made, { recursive: true, force: true })
    const [reason = ''] = String(error instanceof Error ? error.message : error)
      .split('\n')
      .slice(-2)
    return { reason: `No Python 3 with ${PACKAGE}: ${reason}` }
  }
}
