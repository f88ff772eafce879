/** What a server needs to say whether it is well. */
export interface HealthProbes {
  /** Asks the database for something small. */
  pingDatabase(): Promise<void>
  /** How long the schedule has given no sign of life, in milliseconds; absent where the process keeps none. */
  scheduleSilentMs?(): number
}

export interface Health {
  status: 'ok' | 'failing'
  database: { ok: boolean; answeredInMs: number | null }
  schedule?: { ok: boolean; silentSecs: number }
}

/** A busy embedded catalogue takes its callers in turn, and a large batch takes a few seconds. */
const DATABASE_LIMIT_MS = 10_000
/** A job gives a sign of life each half minute, whether it waits or works. */
const SCHEDULE_LIMIT_MS = 120_000

/** Examines whether database and schedule are well. Never throws: what does not answer is not well. */
export async function examineHealth({ pingDatabase, scheduleSilentMs }: HealthProbes): Promise<Health> {
  const answeredInMs = await timeOf(pingDatabase)
  const database = { ok: answeredInMs !== null, answeredInMs }
  if (scheduleSilentMs === undefined) return { status: database.ok ? 'ok' : 'failing', database }
  const silentMs = scheduleSilentMs()
  const schedule = { ok: silentMs < SCHEDULE_LIMIT_MS, silentSecs: Math.round(silentMs / 1000) }
  return { status: database.ok && schedule.ok ? 'ok' : 'failing', database, schedule }
}

/** @returns null where it failed or took too long */
async function timeOf(pingDatabase: () => Promise<void>): Promise<number | null> {
  const startedMs = performance.now()
  const timeout = Promise.withResolvers<null>()
  const timer = setTimeout(() => timeout.resolve(null), DATABASE_LIMIT_MS)
  const ping = pingDatabase().then(
    () => Math.round(performance.now() - startedMs),
    // The answer says that the database does not answer; its reason may hold an address and stays out of it.
    () => null,
  )
  try {
    return await Promise.race([ping, timeout.promise])
  } finally {
    clearTimeout(timer)
  }
}
