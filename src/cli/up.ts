import type { Command } from 'commander'
import { TASK_NAMES } from '../config/settings.ts'
import { defineCommand, type Run } from './command.ts'
import { operate } from './operations.ts'
import { serve } from './serving.ts'

/** `hubdex up`: catalogue, schedule and server in one process. */
export function upCommand(run: Run): Command {
  return defineCommand({
    name: 'up',
    summary: 'Run everything in one process: catalogue, schedule and server',
    description:
      'Opens the catalogue, crawls the Hub by schedule and takes its webhooks, so that the catalogue stays fresh. The ' +
      'first crawl begins at once; what is written can be searched at once. Prints its address when it is ready, and ' +
      'runs until Ctrl-C. With --json, the first line on stdout is {"url":…}, and each line after it is an event.',
    settings: ['host', 'port', 'pageSize', 'includePrivate'],
    examples: [
      'hubdex up',
      'HF_TOKEN=hf_… HUBDEX_WEBHOOK_SECRET=… hubdex up --host 0.0.0.0 --port 8080',
      'HUBDEX_SCHEDULE_FULL="0 1 * * 0" HUBDEX_SCHEDULE_TIME_ZONE=Europe/Berlin hubdex up',
    ],
  }).action(
    run(async (context) => {
      await operate({ name: 'up', dispatches: true, works: TASK_NAMES }, context, serve)
      return 0
    }),
  )
}
