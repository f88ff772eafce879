import { describeCatalogError } from '../catalog/postgres/errors.ts'
import { requestRates } from '../catalog/processes/budgets.ts'
import {
  catalogId,
  liveWorkers,
  type ProcessRecord,
  refuseOutgrownSchema,
  renew,
  SchemaOutgrown,
  signOff,
} from '../catalog/processes/processes.ts'
import type { BullTarget } from '../queue/bullmq/servers/bull-target.ts'
import { OtherQueue } from '../queue/other-queue.ts'
import type { Emit } from '../telemetry/events.ts'
import { singleFlight } from '../util/single-flight.ts'
import { BEAT_MS } from './heartbeat.ts'
import type { LaneRouter } from './lanes/lane-router.ts'
import type { OpenCatalog } from './open/catalog.ts'

/** How soon a worker that came, or went, is known to those who hand tasks out. */
const LOOK_MS = 5_000
/** For how long after it was reported a database counts as unfit: longer than those rest who try again. */
const UNFIT_MS = 75_000

export interface ServiceHeartbeatOptions {
  catalog: OpenCatalog
  endpoint: string
  /** How people recognize the catalog. */
  catalogName: string
  process: Omit<ProcessRecord, 'queue'>
  /** Whether the process is of no use where it may not write. */
  mustWrite: boolean
  /** The queue that processes share; undefined where tasks wait in this one. */
  sharedQueue: BullTarget | undefined
  lanes: LaneRouter
  emit: Emit
  /** Called after each look at which workers there are. */
  onLook(): Promise<void>
  /** Called when this process may not go on, with the reason. */
  onEnd(reason: Error): void
}

/** How a process shows that it lives, and knows which others do. */
export interface ServiceHeartbeat {
  /** Gives a sign of life. @throws when the database does not take it, or has been reported a short while ago */
  beat(): Promise<void>
  /** Says that the database takes no writes, whatever becomes of one as small as a sign of life. */
  report(error: unknown): void
  /** Signs off. */
  end(): Promise<void>
}

/**
 * Begins to show that this process lives.
 *
 * @throws when the catalog does not take writes, or the queue is that of another one: then nothing may begin
 */
export async function startServiceHeartbeat(options: ServiceHeartbeatOptions): Promise<ServiceHeartbeat> {
  const { catalog, endpoint, catalogName, mustWrite, sharedQueue, lanes, emit, onLook, onEnd } = options
  const { db, owner } = catalog
  const record: ProcessRecord = { ...options.process, queue: null }

  const claim = singleFlight(async () => {
    if (sharedQueue === undefined) return
    const { claimQueue } = await import('../queue/bullmq/servers/claim-queue.ts')
    record.queue = await claimQueue(sharedQueue, { catalogId: await catalogId(db), catalog: catalogName })
  })
  const live = async () => {
    if (mustWrite) await renew(db, owner, record)
    await refuseOutgrownSchema(db)
  }
  const look = async () => {
    lanes.weigh(await requestRates(db, endpoint))
    if (record.queue !== null) lanes.follow(await liveWorkers(db, record.queue, owner))
    await onLook()
  }
  await claim()
  await live()
  await look()

  // Of what is merely away the health tells, and the log by what is told here.
  const endIfUnfit = (error: unknown) => {
    if (error instanceof SchemaOutgrown || error instanceof OtherQueue) onEnd(error)
  }
  let reported: { error: unknown; untilMs: number } | undefined
  const beat = singleFlight(
    tellingTrouble(async () => {
      await live().catch((error: unknown) => {
        endIfUnfit(error)
        throw error
      })
      if (reported !== undefined && performance.now() < reported.untilMs) throw reported.error
    }, emit),
  )
  const timers = [
    // Leases hang on this one: it waits for no other server.
    setInterval(() => void beat().catch(() => undefined), BEAT_MS),
    // A Redis that was wiped has to learn again whose tasks it carries.
    setInterval(() => void claim().catch(endIfUnfit), BEAT_MS),
    setInterval(() => void look().catch(() => undefined), LOOK_MS),
  ]
  return {
    beat,
    report: (error) => {
      reported = { error, untilMs: performance.now() + UNFIT_MS }
      void beat().catch(() => undefined)
    },
    end: async () => {
      for (const timer of timers) clearInterval(timer)
      await signOff(db, owner).catch(() => undefined)
    },
  }
}

/** The same, which tells once that the database is in trouble, and once that it is well again. */
function tellingTrouble(work: () => Promise<void>, emit: Emit): () => Promise<void> {
  let isTroubled = false
  return async () => {
    try {
      await work()
    } catch (error) {
      if (!isTroubled) emit('database', { type: 'database-unavailable', reason: describeCatalogError(error) })
      isTroubled = true
      throw error
    }
    if (isTroubled) emit('database', { type: 'database-recovered' })
    isTroubled = false
  }
}
