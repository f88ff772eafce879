import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

const START_TIMEOUT_MS = 20_000

/** A server that a test run has started. */
export interface ThrowawayServer {
  url: string
  /** Ends it, and deletes its data. */
  stop(): Promise<void>
}

export interface ServerCommand {
  /** Its name in errors. */
  what: string
  command: string
  arguments: readonly string[]
  folder: string
  /** The account to run as, if not ours. */
  account?: { uid: number; gid: number } | undefined
  /** @default 'QUIT' */
  stopSignal?: 'QUIT' | 'TERM' | 'KILL'
  environment?: Readonly<Record<string, string>>
}

/**
 * Starts a server and waits until `ping` passes. A shell has a pipe to this process and stops the server when the pipe closes,
 * so a killed test run leaves no server behind.
 *
 * @throws with the end of its log if it does not start
 */
export async function startServer(
  { what, command, arguments: given, folder, account, stopSignal = 'QUIT', environment }: ServerCommand,
  ping: () => Promise<void>,
): Promise<() => Promise<void>> {
  const script = `"$@" & server=$!; read -r _; kill -${stopSignal} "$server"; wait "$server"`
  const server = spawn('sh', ['-c', script, 'sh', command, ...given], {
    ...account,
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  let log = ''
  for (const output of [server.stdout, server.stderr]) {
    output.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-4000)
    })
  }
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const stop = async () => {
    server.stdin.end()
    await ended
  }
  try {
    await untilReady(ping)
  } catch (error) {
    await stop()
    throw new Error(`${what} did not start within ${START_TIMEOUT_MS} ms. Its log: ${log}`, { cause: error })
  }
  return stop
}

async function untilReady(ping: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS
  for (;;) {
    try {
      return await ping()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await delay(50)
    }
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
