import type { Command } from 'commander'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex serve`: the server alone. */
export function serveCommand(run: Run): Command {
  return defineCommand({
    name: 'serve',
    summary: 'Serve the catalog: page, status, webhooks and metrics, without crawling',
    description:
      'Serves the page, the status, /health, /metrics and the dashboard of the queue, and takes webhooks, until Ctrl-C. ' +
      '`hubdex schedule` and `hubdex worker` refresh the repos that webhooks name. Any number of servers may share one ' +
      'catalog. With --json, the first line on stdout is {"url":…}.',
    settings: ['host', 'port'],
    examples: [
      'DATABASE_URL=postgres://… REDIS_URL=redis://… hubdex serve --host 0.0.0.0',
      'HUBDEX_OPERATOR_TOKEN=… HUBDEX_WEBHOOK_SECRET=… hubdex serve --port 8080',
    ],
  }).action(run(async () => (await import('../actions/serve.ts')).serveAction))
}
