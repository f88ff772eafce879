import pTimeout from 'p-timeout'

/** How to check the parts of a process; absent for parts that it does not have. */
export interface HealthProbes {
  /** Writes something small into the database, or only reads if this process must not write. */
  pingDatabase(): Promise<void>
  /** Whether live workers take the tasks that this process enqueues. */
  areLanesServed?(): boolean
  /** Milliseconds since the last heartbeat of the schedule. */
  scheduleSilentMs?(): number
  /** Milliseconds since the last contact with the queue, of the worker for which that is longest. */
  workersSilentMs?(): number
  pingQueue?(): Promise<void>
  pingSearch?(): Promise<void>
}

interface PingResult {
  ok: boolean
  answeredInMs: number | null
}

interface HeartbeatResult {
  ok: boolean
  silentSecs: number
}

export interface Health {
  status: 'ok' | 'failing'
  database: PingResult
  queue?: PingResult
  search?: PingResult
  schedule?: HeartbeatResult
  workers?: HeartbeatResult
  lanes?: { ok: boolean }
}

/** A busy embedded catalog serves callers in turn, and a large batch takes a few seconds. */
const DATABASE_LIMIT_MS = 10_000
const QUEUE_LIMIT_MS = 5_000
const SEARCH_LIMIT_MS = 5_000
/** A job has a heartbeat every half minute, idle or busy. */
const SCHEDULE_LIMIT_MS = 120_000
/** A worker contacts its queue every few seconds, idle or busy. */
const WORKERS_LIMIT_MS = 60_000

/** Checks each part of a process. Never throws: a part that fails or responds too late is unhealthy. */
export async function examineHealth(probes: HealthProbes): Promise<Health> {
  const { pingDatabase, pingQueue, pingSearch, scheduleSilentMs, workersSilentMs, areLanesServed } = probes
  const [database, queue, search] = await Promise.all([
    checkPing(pingDatabase, DATABASE_LIMIT_MS),
    pingQueue === undefined ? undefined : checkPing(pingQueue, QUEUE_LIMIT_MS),
    pingSearch === undefined ? undefined : checkPing(pingSearch, SEARCH_LIMIT_MS),
  ])
  const schedule = scheduleSilentMs === undefined ? undefined : checkHeartbeat(scheduleSilentMs(), SCHEDULE_LIMIT_MS)
  const workers = workersSilentMs === undefined ? undefined : checkHeartbeat(workersSilentMs(), WORKERS_LIMIT_MS)
  const lanes = areLanesServed === undefined ? undefined : { ok: areLanesServed() }
  const isHealthy = [database, queue, search, schedule, workers, lanes].every((part) => part?.ok ?? true)
  return {
    status: isHealthy ? 'ok' : 'failing',
    database,
    ...(queue && { queue }),
    ...(search && { search }),
    ...(schedule && { schedule }),
    ...(workers && { workers }),
    ...(lanes && { lanes }),
  }
}

function checkHeartbeat(silentMs: number, limitMs: number): HeartbeatResult {
  return { ok: silentMs < limitMs, silentSecs: Math.round(silentMs / 1000) }
}

async function checkPing(ping: () => Promise<void>, limitMs: number): Promise<PingResult> {
  const startedMs = performance.now()
  const isOk = await pTimeout(ping(), { milliseconds: limitMs }).then(
    () => true,
    // The reason may contain an address, so it is not part of the report.
    () => false,
  )
  return { ok: isOk, answeredInMs: isOk ? Math.round(performance.now() - startedMs) : null }
}
