import { execFile } from 'node:child_process'
import { access, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The version that the compatibility table is about. */
export const HUGGINGFACE_HUB = '2.4.0'

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/hubdex-python', import.meta.url))

/** Where the programs of a Python with huggingface_hub are. It is installed once; undefined if it cannot be. */
export async function pythonPrograms(): Promise<string | undefined> {
  const folder = join(CACHE, HUGGINGFACE_HUB)
  const ready = join(folder, 'ready')
  const programs = join(folder, 'bin')
  if (await exists(ready)) return programs
  const run = promisify(execFile)
  try {
    await mkdir(CACHE, { recursive: true })
    await rm(folder, { recursive: true, force: true })
    await run('python3', ['-m', 'venv', folder])
    await run(join(programs, 'pip'), ['install', '--quiet', `huggingface_hub==${HUGGINGFACE_HUB}`])
    await mkdir(ready)
    return programs
  } catch (error) {
    console.warn(`Tests with huggingface_hub are skipped: ${error instanceof Error ? error.message.split('\n')[0] : error}`)
    return undefined
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}
