import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'

const IN_MEMORY = '/dev/shm'
/** Several times what a run has in use at once. */
const MIN_FREE_BYTES = 4 * 1024 ** 3

/**
 * The parent of the folders of a test run: in memory where there is enough of it. A run creates and deletes hundreds of
 * databases with a thousand files each, and on a busy disk that takes up to ten times as long.
 */
export function temporaryFolder(): string {
  if (process.env['TMPDIR'] !== undefined) return tmpdir()
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY)
    return bavail * bsize >= MIN_FREE_BYTES ? IN_MEMORY : tmpdir()
  } catch {
    return tmpdir()
  }
}
