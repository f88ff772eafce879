import { type GenericContainer, getContainerRuntimeClient } from 'testcontainers'
import type { ThrowawayServer } from './throwaway-server.ts'

/** How tests come by a server of one sort. */
export interface ServerSource {
  what: string
  /** The variable that names one to use. */
  variable: string
  /** One in a container. */
  container(): { image: GenericContainer; port: number; urlOf(address: string): string }
  /** One from a binary on this machine; undefined where there is none. */
  local(): Promise<ThrowawayServer | undefined>
  isRequiredOnCi: boolean
}

/** A remote engine that went away would keep a run waiting for minutes. */
const ENGINE_TIMEOUT_MS = 5_000

/**
 * Finds a server in this order: its URL in the environment, Docker, a binary on this machine.
 *
 * @returns undefined where there is none, which is said in one line
 * @throws where there is none and CI needs it
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

/** Docker counts as absent where its image cannot be had, too: the next source may do. */
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

/** Whether an engine answers; where none is configured, that is known within milliseconds. */
async function hasEngine(): Promise<boolean> {
  const engine = getContainerRuntimeClient().then(
    () => true,
    // The library says no more than that it found none.
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
