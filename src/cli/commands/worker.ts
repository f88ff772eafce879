import type { Command } from 'commander'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex worker`: does tasks from a shared queue. */
export function workerCommand(run: Run): Command {
  return defineCommand({
    name: 'worker',
    summary: 'Do tasks from a shared queue; run any number of workers, on any machine',
    description:
      'Does the tasks that `hubdex schedule` enqueues, until Ctrl-C or SIGTERM. Then it takes no new tasks, gives those in ' +
      'flight HUBDEX_SHUTDOWN_TIMEOUT_SECS to finish, and releases the rest to others. Workers with the same token share ' +
      'its budget. The tasks of a worker that dies are queued again. Needs REDIS_URL, or HUBDEX_QUEUE=postgres.',
    settings: ['tasks', 'concurrency', 'pageSize', 'includePrivate'],
    examples: [
      'DATABASE_URL=postgres://… REDIS_URL=redis://… hubdex worker',
      'HUBDEX_QUEUE=postgres DATABASE_URL=postgres://… hubdex worker --tasks details,card --concurrency 16',
      'HUBDEX_HEALTH_PORT=8001 hubdex worker --tasks pass,probe,refresh',
    ],
  }).action(run(async () => (await import('../actions/worker.ts')).workerAction))
}
