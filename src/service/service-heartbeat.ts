import { describeCatalogError } from '../catalog/postgres/errors.ts'
import { requestRates } from '../catalog/processes/budgets.ts'
import {
  catalogId,
  liveWorkers,
  type ProcessRecord,
  refuseOutgrownSchema,
  renew as renewProcess,
  SchemaOutgrown,
  signOff,
} from '../catalog/processes/processes.ts'
import type { BullTarget } from '../queue/bullmq/servers/bull-target.ts'
import { OtherQueue } from '../queue/other-queue.ts'
import type { Emit } from '../telemetry/events.ts'
import { singleFlight } from '../util/single-flight.ts'
import { HEARTBEAT_MS } from './heartbeat.ts'
import type { LaneRouter } from './lanes/lane-router.ts'
import type { OpenCatalog } from './open/catalog.ts'

/** How often to read which workers are alive. */
const WORKERS_POLL_MS = 5_000
/** How long a database counts as unwritable after a report: longer than the paused lanes wait before they try again. */
const UNWRITABLE_MS = 75_000

export interface ServiceHeartbeatOptions {
  catalog: OpenCatalog
  endpoint: string
  /** How people recognize the catalog. */
  catalogName: string
  process: Omit<ProcessRecord, 'queue'>
  /** Whether the process is useless if it cannot write to the catalog. */
  mustWrite: boolean
  /** The queue shared by several processes; undefined for one in this process. */
  sharedQueue: BullTarget | undefined
  lanes: LaneRouter
  emit: Emit
  /** Called each time the live workers have been read. */
  onWorkersRead(): Promise<void>
  /** Called when this process must end, with the reason. */
  onEnd(reason: Error): void
}

/** Shows other processes that this one is alive, and reads which others are. */
export interface ServiceHeartbeat {
  /** Sends a heartbeat. @throws if the database does not take it, or was recently marked as unwritable */
  renew(): Promise<void>
  /** Marks the database as unwritable for a while, even if it still takes a write as small as a heartbeat. */
  markUnwritable(error: unknown): void
  /** Removes the process from the list of live ones. */
  end(): Promise<void>
}

/**
 * Starts the heartbeat of this process.
 *
 * @throws if the catalog takes no writes, or the queue belongs to another catalog: then the process must not start
 */
export async function startServiceHeartbeat(options: ServiceHeartbeatOptions): Promise<ServiceHeartbeat> {
  const { catalog, endpoint, catalogName, mustWrite, sharedQueue, lanes, emit, onWorkersRead, onEnd } = options
  const { db, owner } = catalog
  const record: ProcessRecord = { ...options.process, queue: null }

  const claim = singleFlight(async () => {
    if (sharedQueue === undefined) return
    const { claimQueue } = await import('../queue/bullmq/servers/claim-queue.ts')
    record.queue = await claimQueue(sharedQueue, { catalogId: await catalogId(db), catalog: catalogName })
  })
  const checkDatabase = async () => {
    if (mustWrite) await renewProcess(db, owner, record)
    await refuseOutgrownSchema(db)
  }
  const readWorkers = async () => {
    lanes.setRates(await requestRates(db, endpoint))
    if (record.queue !== null) lanes.setWorkers(await liveWorkers(db, record.queue, owner))
    await onWorkersRead()
  }
  await claim()
  await checkDatabase()
  await readWorkers()

  // Only these end the process. If the database is merely unreachable it keeps running; /health and the log report that.
  const endIfFatal = (error: unknown) => {
    if (error instanceof SchemaOutgrown || error instanceof OtherQueue) onEnd(error)
  }
  let unwritable: { error: unknown; untilMs: number } | undefined
  const renew = singleFlight(
    reportingOutages(async () => {
      await checkDatabase().catch((error: unknown) => {
        endIfFatal(error)
        throw error
      })
      if (unwritable !== undefined && performance.now() < unwritable.untilMs) throw unwritable.error
    }, emit),
  )
  const timers = [
    // Leases depend on this one, so it waits for no other server.
    setInterval(() => void renew().catch(() => undefined), HEARTBEAT_MS),
    // A wiped Redis no longer knows which catalog its tasks belong to.
    setInterval(() => void claim().catch(endIfFatal), HEARTBEAT_MS),
    setInterval(() => void readWorkers().catch(() => undefined), WORKERS_POLL_MS),
  ]
  return {
    renew,
    markUnwritable: (error) => {
      unwritable = { error, untilMs: performance.now() + UNWRITABLE_MS }
      void renew().catch(() => undefined)
    },
    end: async () => {
      for (const timer of timers) clearInterval(timer)
      await signOff(db, owner).catch(() => undefined)
    },
  }
}

/** Wraps a check of the database so that the begin and the end of an outage are each emitted once. */
function reportingOutages(check: () => Promise<void>, emit: Emit): () => Promise<void> {
  let isUnavailable = false
  return async () => {
    try {
      await check()
    } catch (error) {
      if (!isUnavailable) emit('database', { type: 'database-unavailable', reason: describeCatalogError(error) })
      isUnavailable = true
      throw error
    }
    if (isUnavailable) emit('database', { type: 'database-recovered' })
    isUnavailable = false
  }
}
