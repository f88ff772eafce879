import { effectiveSchedule } from '../../service/effective-schedule.ts'
import { openExistingCatalog } from '../../service/open/catalog.ts'
import { scheduleReport } from '../../service/status/schedule.ts'
import type { CommandContext } from '../command.ts'
import { scheduleTable } from '../reports/schedule.ts'

interface ScheduleFlags {
  list?: boolean
}

/** `hubdex schedule`: runs the schedule without a server. */
export async function scheduleAction(context: CommandContext, { list }: ScheduleFlags): Promise<number> {
  if (list === true) return await listJobs(context)
  // Not for --list, which needs none of the parts of a service.
  const { runScheduler } = await import('../../service/run-scheduler.ts')
  return await runScheduler(context)
}

async function listJobs(context: CommandContext): Promise<number> {
  await using catalog = await openExistingCatalog(context)
  const now = new Date()
  const jobs = await effectiveSchedule(context.settings, catalog.db, { now, isScheduler: false })
  context.answer(scheduleReport(jobs, now), () => scheduleTable(jobs, now, context.width))
  return 0
}
