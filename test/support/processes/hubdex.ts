import { tmpdir } from 'node:os'
import { runProgram } from '../../../src/cli/program.ts'
import type { TestTarget } from '../catalog/embedded.ts'
import type { CommandResult } from './hubdex-process.ts'

/**
 * Runs `hubdex` to its end within this process, which saves the second that Node takes to start.
 *
 * @param stdout a pipe by default
 */
export async function hubdex(
  commandLine: readonly string[],
  environment: Record<string, string> = {},
  stdout: { isTTY?: boolean; columns?: number } = {},
): Promise<CommandResult> {
  const written = { stdout: '', stderr: '' }
  const code = await runProgram(commandLine, {
    environment,
    workingDirectory: tmpdir(),
    stdout: { ...stdout, write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
  })
  return { code, ...written }
}

/** The settings for commands that use the catalog of a test. */
export function environmentOf({ target }: Pick<TestTarget, 'target'>): Record<string, string> {
  return 'databaseUrl' in target ? { DATABASE_URL: target.databaseUrl } : { HUBDEX_DATA_DIR: target.dataDirectory }
}
