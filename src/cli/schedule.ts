import type { Command } from 'commander'
import { TASK_NAMES } from '../config/settings.ts'
import { openExistingCatalog } from './catalog.ts'
import { type CommandContext, defineCommand, type Run } from './command.ts'
import { keptSchedule } from './kept-schedule.ts'
import { operate } from './operations.ts'
import { refuseLoneCatalogue, sharedQueueOf } from './queue.ts'
import { scheduleReport, scheduleTable } from './schedule-report.ts'
import { serveHealth } from './serving.ts'

interface ScheduleFlags {
  list?: boolean
}

/** `hubdex schedule`: the schedule alone, without a server. */
export function scheduleCommand(run: Run): Command {
  return defineCommand({
    name: 'schedule',
    summary: 'Keep the catalogue fresh by schedule, without a server',
    description:
      'Runs each job when it is due, and refreshes the repos that webhooks name, until Ctrl-C: by itself, or with a queue ' +
      'that many processes share (REDIS_URL, or HUBDEX_QUEUE=postgres) through whoever runs `hubdex worker`. Several ' +
      'machines may keep the same schedule over one catalogue: each run is made by one of them, and taken over when that ' +
      'one dies. A run that was missed is made up for once. With --json, each line on stdout is an event. --list tells the ' +
      'schedule of whichever process keeps it, as its last runs recorded it, and where none has run lately that of the ' +
      'settings.',
    settings: ['pageSize', 'includePrivate'],
    examples: [
      'hubdex schedule',
      'hubdex schedule --list',
      'HUBDEX_SCHEDULE_RECENT="*/2 * * * *" HUBDEX_SCHEDULE_TAGS=off hubdex schedule',
    ],
  })
    .option('--list', 'show each job, its last run and its next, and end')
    .action(run<ScheduleFlags>((context, { list }) => (list === true ? listJobs(context) : keepSchedule(context))))
}

async function listJobs(context: CommandContext): Promise<number> {
  await using catalog = await openExistingCatalog(context)
  const now = new Date()
  const jobs = await keptSchedule(context.settings, catalog.db, { now, isKeeper: false })
  context.answer(scheduleReport(jobs, now), () => scheduleTable(jobs, now, context.width))
  return 0
}

async function keepSchedule(context: CommandContext): Promise<number> {
  refuseLoneCatalogue(context.settings)
  const works = sharedQueueOf(context.settings) === undefined ? TASK_NAMES : []
  await operate({ name: 'schedule', dispatches: true, works }, context, serveHealth)
  return 0
}
