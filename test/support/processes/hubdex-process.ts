import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** The program, for tests that start it differently. */
export const MAIN_PROGRAM = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))

export interface CommandResult {
  code: number | null
  stdout: string
  stderr: string
}

export interface RunningCommand {
  child: ChildProcess
  result: Promise<CommandResult>
}

/** Starts `hubdex` as a user would, in a process without the settings or the home of the user who runs the tests. */
export function startHubdex(commandLine: readonly string[], environment: Record<string, string> = {}): RunningCommand {
  const { PATH } = process.env
  const child = spawn(process.execPath, [MAIN_PROGRAM, ...commandLine], {
    cwd: tmpdir(),
    env: { PATH, HOME: tmpdir(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const result = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]).then(
    ([stdout, stderr, [code]]) => ({ code, stdout, stderr }),
  )
  return { child, result }
}

/** The first output of a command. */
export async function firstLine({ child, result }: RunningCommand): Promise<string> {
  if (child.stdout === null) throw new Error('The command has no stdout.')
  for await (const line of createInterface({ input: child.stdout })) return line
  throw new Error(`The command printed nothing. It wrote: ${(await result).stderr}`)
}

/** Waits until a running command has written all of these texts to stderr, in any order. */
export async function untilLogged({ child }: RunningCommand, ...wanted: string[]): Promise<void> {
  let log = ''
  for await (const [chunk] of onData(child)) {
    log += String(chunk)
    if (wanted.every((text) => log.includes(text))) return
  }
  throw new Error(`The command ended without writing "${wanted.join('" and "')}". It wrote: ${log}`)
}

async function* onData(child: ChildProcess): AsyncGenerator<unknown[]> {
  if (child.stderr === null) return
  const ended = new AbortController()
  child.once('exit', () => ended.abort())
  try {
    for (;;) yield await once(child.stderr, 'data', { signal: ended.signal })
  } catch (error) {
    if (!ended.signal.aborted) throw error
  }
}
