import type { Command } from 'commander'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex schedule`: the schedule without a server. */
export function scheduleCommand(run: Run): Command {
  return defineCommand({
    name: 'schedule',
    summary: 'Keep the catalog fresh on schedule, without a server',
    description:
      'Runs each job when it is due, and refreshes the repos that webhooks name, until Ctrl-C. With a shared queue ' +
      '(REDIS_URL, or HUBDEX_QUEUE=postgres), `hubdex worker` does the work. Several machines may run the schedule of one ' +
      'catalog: one of them does each run, and another takes over if it dies. Missed runs are made up for once. With ' +
      '--json, each line on stdout is an event. --list shows the schedule that the last runs recorded, or that of the ' +
      'settings if none has run lately.',
    settings: ['pageSize', 'includePrivate'],
    examples: [
      'hubdex schedule',
      'hubdex schedule --list',
      'HUBDEX_SCHEDULE_RECENT="*/2 * * * *" HUBDEX_SCHEDULE_TAGS=off hubdex schedule',
    ],
  })
    .option('--list', 'list the jobs with their last and next run, and exit')
    .action(run(async () => (await import('../actions/schedule.ts')).scheduleAction))
}
