import pTimeout from 'p-timeout'

/** What a process needs to say whether it is well; each part only where the process has it. */
export interface HealthProbes {
  /** Writes something small into the database; where nothing is to be written, asks for something. */
  pingDatabase(): Promise<void>
  /** Whether workers live that take what this process hands out. */
  areLanesServed?(): boolean
  /** How long the schedule has given no sign of life, in milliseconds. */
  scheduleSilentMs?(): number
  /** How long the worker that has been out of touch with its queue for longest has been so, in milliseconds. */
  workersSilentMs?(): number
  pingQueue?(): Promise<void>
  pingSearch?(): Promise<void>
}

interface Answering {
  ok: boolean
  answeredInMs: number | null
}

interface Sounding {
  ok: boolean
  silentSecs: number
}

export interface Health {
  status: 'ok' | 'failing'
  database: Answering
  queue?: Answering
  search?: Answering
  schedule?: Sounding
  workers?: Sounding
  lanes?: { ok: boolean }
}

/** A busy embedded catalog takes its callers in turn, and a large batch takes a few seconds. */
const DATABASE_LIMIT_MS = 10_000
const QUEUE_LIMIT_MS = 5_000
const SEARCH_LIMIT_MS = 5_000
/** A job gives a sign of life each half minute, whether it waits or works. */
const SCHEDULE_LIMIT_MS = 120_000
/** A worker asks its queue every few seconds, whether there is something to do or not. */
const WORKERS_LIMIT_MS = 60_000

/** Examines each part of a process. Never throws: what does not answer, or answers late, is not well. */
export async function examineHealth(probes: HealthProbes): Promise<Health> {
  const { pingDatabase, pingQueue, pingSearch, scheduleSilentMs, workersSilentMs, areLanesServed } = probes
  const [database, queue, search] = await Promise.all([
    answering(pingDatabase, DATABASE_LIMIT_MS),
    pingQueue === undefined ? undefined : answering(pingQueue, QUEUE_LIMIT_MS),
    pingSearch === undefined ? undefined : answering(pingSearch, SEARCH_LIMIT_MS),
  ])
  const schedule = scheduleSilentMs === undefined ? undefined : sounding(scheduleSilentMs(), SCHEDULE_LIMIT_MS)
  const workers = workersSilentMs === undefined ? undefined : sounding(workersSilentMs(), WORKERS_LIMIT_MS)
  const lanes = areLanesServed === undefined ? undefined : { ok: areLanesServed() }
  const isWell = [database, queue, search, schedule, workers, lanes].every((part) => part?.ok ?? true)
  return {
    status: isWell ? 'ok' : 'failing',
    database,
    ...(queue && { queue }),
    ...(search && { search }),
    ...(schedule && { schedule }),
    ...(workers && { workers }),
    ...(lanes && { lanes }),
  }
}

function sounding(silentMs: number, limitMs: number): Sounding {
  return { ok: silentMs < limitMs, silentSecs: Math.round(silentMs / 1000) }
}

async function answering(ping: () => Promise<void>, limitMs: number): Promise<Answering> {
  const startedMs = performance.now()
  const isOk = await pTimeout(ping(), { milliseconds: limitMs }).then(
    () => true,
    // The reason may contain an address, so it is not part of the report.
    () => false,
  )
  return { ok: isOk, answeredInMs: isOk ? Math.round(performance.now() - startedMs) : null }
}
