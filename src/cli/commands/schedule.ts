import type { Command } from 'commander'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex schedule`: the schedule alone, without a server. */
export function scheduleCommand(run: Run): Command {
  return defineCommand({
    name: 'schedule',
    summary: 'Keep the catalog fresh by schedule, without a server',
    description:
      'Runs each job when it is due until Ctrl-C. Without a shared queue it does all the work itself, and refreshes the repos ' +
      'that webhooks name. With one (REDIS_URL, or HUBDEX_QUEUE=postgres) `hubdex worker` processes do both. Several ' +
      'machines may keep the same schedule over one catalog: each run is made by one of them, and taken over when that ' +
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
    .action(run(async () => (await import('../actions/schedule.ts')).scheduleAction))
}
