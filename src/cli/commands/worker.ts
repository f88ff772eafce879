import type { Command } from 'commander'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex worker`: does the tasks of a queue that many processes share. */
export function workerCommand(run: Run): Command {
  return defineCommand({
    name: 'worker',
    summary: 'Do tasks from a shared queue; as many workers as you like, on any machine',
    description:
      'Does what `hubdex schedule` hands out, until Ctrl-C or SIGTERM: then it takes nothing new, gives what is under way ' +
      'HUBDEX_SHUTDOWN_TIMEOUT_SECS to end, and lays the rest down for others. All workers with one token share its budget. A worker ' +
      'that dies loses nothing: its tasks go back in line. Needs REDIS_URL, or HUBDEX_QUEUE=postgres.',
    settings: ['tasks', 'concurrency', 'pageSize', 'includePrivate'],
    examples: [
      'DATABASE_URL=postgres://… REDIS_URL=redis://… hubdex worker',
      'HUBDEX_QUEUE=postgres DATABASE_URL=postgres://… hubdex worker --tasks details,card --concurrency 16',
      'HUBDEX_HEALTH_PORT=8001 hubdex worker --tasks pass,probe,refresh',
    ],
  }).action(run(async () => (await import('../actions/worker.ts')).workerAction))
}
