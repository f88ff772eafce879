import type { Command } from 'commander'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex up`: catalog, schedule and server in one process. */
export function upCommand(run: Run): Command {
  return defineCommand({
    name: 'up',
    summary: 'Run everything in one process: catalog, schedule and server',
    description:
      'Opens the catalog and keeps it fresh by scheduled crawls and webhooks. The first crawl starts at once, and what ' +
      'it writes can be searched at once. Prints its address when ready, and runs until Ctrl-C. With --json, the first ' +
      'line on stdout is {"url":…}, and each line after it is an event.',
    settings: ['host', 'port', 'pageSize', 'includePrivate'],
    examples: [
      'hubdex up',
      'HF_TOKEN=hf_… HUBDEX_WEBHOOK_SECRET=… hubdex up --host 0.0.0.0 --port 8080',
      'HUBDEX_SCHEDULE_FULL="0 1 * * 0" HUBDEX_SCHEDULE_TIME_ZONE=Europe/Berlin hubdex up',
    ],
  }).action(run(async () => (await import('../actions/up.ts')).upAction))
}
