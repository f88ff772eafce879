import type { Kysely } from 'kysely'
import { wakePasses } from '../passes/passes.ts'
import type { Database } from '../schema.ts'
import { PROCESS_DIED } from './failure-cause.ts'
import { type FailureFilter, retryFailures } from './failures.ts'

/** Makes failures due now, with passes that wait because their processes died. Returns how many there are. */
export async function retryTasks(db: Kysely<Database>, { cause, task }: FailureFilter): Promise<number> {
  const includesPasses = task === undefined && (cause === undefined || cause === PROCESS_DIED.cause)
  const passes = includesPasses ? await wakePasses(db) : 0
  return passes + (await retryFailures(db, { cause, task }))
}
