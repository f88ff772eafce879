import { type GenericContainer, getContainerRuntimeClient } from 'testcontainers'
import type { ThrowawayServer } from './throwaway-server.ts'

/** How tests get a server of one type. */
export interface ServerSource {
  what: string
  /** The environment variable with the URL of a server to use. */
  variable: string
  /** Starts one in a container. */
  container(): { image: GenericContainer; port: number; urlOf(address: string): string }
  /** Starts one from a binary on this machine; undefined if there is none. */
  local(): Promise<ThrowawayServer | undefined>
  isRequiredOnCi: boolean
}

/** An unreachable remote Docker would delay a run by minutes. */
const ENGINE_TIMEOUT_MS = 5_000

/**
 * Finds a server: by its URL in the environment, else in Docker, else from a binary on this machine.
 *
 * @returns undefined if there is none, which is logged in one line
 * @throws if there is none and CI needs it
 */
export async function findServer(source: ServerSource): Promise<ThrowawayServer | undefined> {
  const given = process.env[source.variable]
  if (given) return { url: given, stop: async () => undefined }
  const container = await fromContainer(source)
  if ('server' in container) return container.server
  const local = await source.local()
  if (local !== undefined) return local
  const reason = `no ${source.variable}, ${container.trouble}, and none installed`
  if (source.isRequiredOnCi && process.env['CI'] === 'true') {
    throw new Error(`Tests on CI need a real ${source.what}: ${reason}.`)
  }
  console.warn(`Tests on a real ${source.what} are skipped: ${reason}.`)
  return undefined
}

/** Docker also counts as absent if its image is unavailable: the next source may work. */
async function fromContainer({ container }: ServerSource): Promise<{ server: ThrowawayServer } | { trouble: string }> {
  if (!(await hasEngine())) return { trouble: 'no Docker' }
  const { image, port, urlOf } = container()
  try {
    const started = await image.withExposedPorts(port).start()
    const url = urlOf(`${started.getHost()}:${started.getMappedPort(port)}`)
    return { server: { url, stop: async () => void (await started.stop()) } }
  } catch (error) {
    return { trouble: `Docker cannot run it (${error instanceof Error ? error.message : String(error)})` }
  }
}

/** Whether Docker answers. If it is not configured, this takes milliseconds. */
async function hasEngine(): Promise<boolean> {
  const engine = getContainerRuntimeClient().then(
    () => true,
    // The library reports only that it found none.
    () => false,
  )
  const timeout = Promise.withResolvers<false>()
  const timer = setTimeout(() => timeout.resolve(false), ENGINE_TIMEOUT_MS)
  try {
    return await Promise.race([engine, timeout.promise])
  } finally {
    clearTimeout(timer)
  }
}
