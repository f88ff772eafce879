import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The version that the compatibility table is about. */
export const HUGGINGFACE_HUB = '2.4.0'

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/hubdex-python', import.meta.url))

/**
 * Where the programs of a Python with these packages are. It is installed once; undefined if it cannot be. Test files run at the
 * same time, so each needs its own name.
 *
 * @param packages such as `moto[server]==5.2.1`
 */
export async function pythonPrograms(name: string, packages: readonly string[]): Promise<string | undefined> {
  const folder = join(CACHE, `${name}-${createHash('sha256').update(packages.join()).digest('hex').slice(0, 8)}`)
  const ready = join(folder, 'ready')
  const programs = join(folder, 'bin')
  if (await exists(ready)) return programs
  const run = promisify(execFile)
  try {
    await mkdir(CACHE, { recursive: true })
    await rm(folder, { recursive: true, force: true })
    await run('python3', ['-m', 'venv', '--without-pip', folder])
    const python = join(programs, 'python')
    // A pip for this folder alone takes longer to install than most packages.
    const shared = ['-m', 'pip', '--python', python]
    const hasShared = await run('python3', [...shared, '--version']).then(
      () => true,
      () => false,
    )
    if (!hasShared) await run(python, ['-m', 'ensurepip'])
    const [command, pip] = hasShared ? ['python3', shared] : [python, ['-m', 'pip']]
    await run(command, [...pip, 'install', '--quiet', '--no-compile', ...packages])
    await mkdir(ready)
    return programs
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : error
    console.warn(`What needs ${packages.join(', ')} is skipped: ${reason}`)
    return undefined
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}
